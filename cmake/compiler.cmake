# g++ 12 (Debian 12's default) miscompiles coroutines: a temporary with a destructor in an expression that
# contains co_await is destroyed twice, at -O0 and at -O2. Clang 19 with the same libstdc++ does not.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Vendaval needs Clang 19, found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}.\n"
    "g++ 12 double-frees ordinary coroutine code, so it is refused rather than risked.\n"
    "Fix: ./dev setup, then cmake --preset dev  (or -DCMAKE_CXX_COMPILER=clang++-19)")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

set(VENDAVAL_SANITIZER "" CACHE STRING "address (with undefined), thread, or empty")

add_library(vendaval_options INTERFACE)
target_include_directories(vendaval_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(vendaval_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-c23-extensions)
if(VENDAVAL_SANITIZER STREQUAL "")
  target_compile_options(vendaval_options INTERFACE -Werror)
elseif(VENDAVAL_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(VENDAVAL_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
else()
  message(FATAL_ERROR "VENDAVAL_SANITIZER=${VENDAVAL_SANITIZER}: accepted are address, thread and the empty string")
endif()
if(VENDAVAL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage for libFuzzer
endif()
add_link_options(-fuse-ld=lld)
