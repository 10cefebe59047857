# What the libraries stand on, as targets. Read by the build and, where the libraries are static, by aliasfreeConfig.cmake
# for those who link to them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# ALF_EXTRA_MODULES: the optional libraries that are built in.
foreach(alf_module fftw3 openblas libpng zlib jansson libzip ${ALF_EXTRA_MODULES})
  if(NOT TARGET PkgConfig::ALF_${alf_module})
    pkg_check_modules(ALF_${alf_module} REQUIRED IMPORTED_TARGET ${alf_module})
  endif()
endforeach()

# pthreadpool comes without a pkg-config file.
if(NOT TARGET ALF::pthreadpool)
  find_path(ALF_PTHREADPOOL_INCLUDE pthreadpool.h REQUIRED)
  find_library(ALF_PTHREADPOOL_LIBRARY pthreadpool REQUIRED)
  add_library(ALF::pthreadpool INTERFACE IMPORTED)
  set_target_properties(ALF::pthreadpool PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${ALF_PTHREADPOOL_INCLUDE}"
                                                    INTERFACE_LINK_LIBRARIES "${ALF_PTHREADPOOL_LIBRARY}")
endif()
