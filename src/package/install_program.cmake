# Installs the program, which finds shared libraries beside it, and what it says of itself: manual pages and completion.
file(RELATIVE_PATH ALF_BIN_TO_LIB /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
set_target_properties(aliasfree_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${ALF_BIN_TO_LIB}")
if(ALIASFREE_INSTALL)
  install(TARGETS aliasfree_cli)
endif()

# A program for another machine cannot be asked; a sanitized one might want what a build has not.
if(NOT CMAKE_CROSSCOMPILING AND NOT ALIASFREE_SANITIZE)
  set(ALF_PAGES ${PROJECT_BINARY_DIR}/pages)
  add_custom_command(OUTPUT ${ALF_PAGES}/man1/aliasfree.1 ${ALF_PAGES}/completions/aliasfree
                     COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:aliasfree_cli> -DFOLDER=${ALF_PAGES}
                             -P ${PROJECT_SOURCE_DIR}/src/package/pages.cmake
                     DEPENDS aliasfree_cli ${PROJECT_SOURCE_DIR}/src/package/pages.cmake
                     COMMENT "Asking the program for its manual pages" VERBATIM)
  add_custom_target(aliasfree_pages ALL DEPENDS ${ALF_PAGES}/man1/aliasfree.1)
  if(ALIASFREE_INSTALL)
    install(DIRECTORY ${ALF_PAGES}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
    install(DIRECTORY ${ALF_PAGES}/completions DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion)
  endif()
endif()
