# vendaval_room(NAME SOURCES a.cpp ... LINK targets ...): one static library per room, sources listed by hand.
function(vendaval_room name)
  cmake_parse_arguments(room "" "" "SOURCES;LINK" ${ARGN})
  add_library(vendaval_${name} STATIC ${room_SOURCES})
  target_link_libraries(vendaval_${name} PUBLIC vendaval_options ${room_LINK})
endfunction()

# vendaval_test(NAME SOURCES a_test.cpp ... LINK rooms ...): one GoogleTest binary per room, every test discovered.
include(GoogleTest)
function(vendaval_test name)
  cmake_parse_arguments(test "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 60)
  endif()
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE vendaval_options GTest::gmock GTest::gtest_main ${test_LINK})
  target_compile_definitions(${name} PRIVATE VENDAVAL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${test_TIMEOUT})
endfunction()

# vendaval_embeds(SOURCE files...): SOURCE takes these files in with #embed. Compiler caches do not look into them, so a
# digest of what they say becomes part of the command.
function(vendaval_embeds source)
  set(digests "")
  foreach(file ${ARGN})
    file(SHA256 ${file} digest)
    string(APPEND digests ${digest})
  endforeach()
  string(SHA256 digests "${digests}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
  set_source_files_properties(${source} PROPERTIES
    OBJECT_DEPENDS "${ARGN}" COMPILE_DEFINITIONS VENDAVAL_EMBEDDED="${digests}")
endfunction()
