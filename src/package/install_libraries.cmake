# Installs the libraries, their headers, and what CMake and pkg-config need to find them. Nothing in it names a place, so
# the installed tree may be moved.
include(CMakePackageConfigHelpers)
set(ALF_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/aliasfree)
file(RELATIVE_PATH ALF_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)

# Who links to a static library always needs what it needs; pkg-config calls that public.
set(ALF_PC_PUBLIC)
set(ALF_PC_PRIVATE .private)
set(ALF_STATIC OFF)
if(NOT BUILD_SHARED_LIBS)
  set(ALF_STATIC ON)
  set(ALF_PC_PUBLIC " -lpthreadpool -lpthread -lm")
  set(ALF_PC_PRIVATE)
endif()
string(REPLACE ";" " " ALF_PC_MODULES "${ALF_MODULES}")
foreach(pc aliasfree aliasfree-dsp)
  configure_file(src/package/${pc}.pc.in ${pc}.pc @ONLY)
endforeach()
configure_package_config_file(src/package/aliasfreeConfig.cmake.in aliasfreeConfig.cmake
                              INSTALL_DESTINATION ${ALF_CMAKE_DIR})
write_basic_package_version_file(aliasfreeConfigVersion.cmake COMPATIBILITY ${ALF_COMPATIBILITY})

if(ALIASFREE_INSTALL)
  install(TARGETS aliasfree_dsp EXPORT aliasfree-dsp)
  install(TARGETS aliasfree EXPORT aliasfree-aliasfree)
  foreach(component dsp aliasfree)
    install(EXPORT aliasfree-${component} NAMESPACE aliasfree:: DESTINATION ${ALF_CMAKE_DIR})
  endforeach()
  install(FILES ${PROJECT_BINARY_DIR}/aliasfreeConfig.cmake ${PROJECT_BINARY_DIR}/aliasfreeConfigVersion.cmake
                src/package/aliasfreeDependencies.cmake DESTINATION ${ALF_CMAKE_DIR})
  install(FILES ${PROJECT_BINARY_DIR}/aliasfree.pc ${PROJECT_BINARY_DIR}/aliasfree-dsp.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  install(DIRECTORY include/aliasfree DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}) # which it asks for itself
endif()
