# Asks PROGRAM for its manual pages and its completion for bash, and writes them to FOLDER/man1 and FOLDER/completions.
function(ask file) # and the words behind `help`
  execute_process(COMMAND ${PROGRAM} help ${ARGN} OUTPUT_FILE ${file} RESULT_VARIABLE code)
  if(code)
    message(FATAL_ERROR "${PROGRAM} help ${ARGN}: ${code}")
  endif()
endfunction()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER}/man1 ${FOLDER}/completions)
ask(${FOLDER}/completions/aliasfree --bash-completion)
ask(${FOLDER}/list --list)
file(STRINGS ${FOLDER}/list commands)
foreach(command "" ${commands})
  string(REPLACE " " "-" page "aliasfree ${command}")
  string(REGEX REPLACE "-$" "" page "${page}")
  separate_arguments(words UNIX_COMMAND "${command}")
  ask(${FOLDER}/man1/${page}.1 --man ${words})
endforeach()
