# Target `docs`: the reference documentation, where doxygen is found, in docs/html of the build folder.
find_program(ALIASFREE_DOXYGEN doxygen DOC "Makes the reference documentation (target docs)")
set(ALF_DOCS_DIR ${PROJECT_BINARY_DIR}/docs)
configure_file(${CMAKE_CURRENT_LIST_DIR}/Doxyfile.in ${ALF_DOCS_DIR}/Doxyfile @ONLY)
if(ALIASFREE_DOXYGEN AND CMAKE_SOURCE_DIR STREQUAL PROJECT_SOURCE_DIR) # a project around it may have such a target too
  add_custom_target(docs COMMAND ${ALIASFREE_DOXYGEN} ${ALF_DOCS_DIR}/Doxyfile WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                         COMMENT "Reference documentation in ${ALF_DOCS_DIR}/html" VERBATIM)
endif()
