# What the libraries stand on, as targets: the pkg-config modules ALF_MODULES, threads and pthreadpool. What is not there
# stands in ALF_MISSING. Read by the build and, where the libraries are static, by aliasfreeConfig.cmake for those who
# link to them.
find_package(PkgConfig QUIET)
find_package(Threads QUIET)
set(ALF_MISSING)
if(NOT PkgConfig_FOUND)
  list(APPEND ALF_MISSING pkg-config)
  return()
endif()
if(NOT Threads_FOUND)
  list(APPEND ALF_MISSING threads)
endif()

foreach(alf_module ${ALF_MODULES})
  if(NOT TARGET PkgConfig::ALF_${alf_module})
    pkg_check_modules(ALF_${alf_module} QUIET IMPORTED_TARGET ${alf_module})
  endif()
  if(NOT TARGET PkgConfig::ALF_${alf_module})
    list(APPEND ALF_MISSING ${alf_module})
  endif()
endforeach()

# pthreadpool comes without a pkg-config file.
if(NOT TARGET ALF::pthreadpool)
  find_path(ALF_PTHREADPOOL_INCLUDE pthreadpool.h)
  find_library(ALF_PTHREADPOOL_LIBRARY pthreadpool)
  if(ALF_PTHREADPOOL_INCLUDE AND ALF_PTHREADPOOL_LIBRARY)
    add_library(ALF::pthreadpool INTERFACE IMPORTED)
    set_target_properties(ALF::pthreadpool PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${ALF_PTHREADPOOL_INCLUDE}"
                                                      INTERFACE_LINK_LIBRARIES "${ALF_PTHREADPOOL_LIBRARY}")
  else()
    list(APPEND ALF_MISSING pthreadpool)
  endif()
endif()
