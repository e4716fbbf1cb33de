# Everything comes from Debian 12; the reason for each part stands in docs/architecture.md.
find_package(Threads REQUIRED)
find_package(Boost 1.81.0 EXACT CONFIG REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(CURL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)

find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE3 soci_sqlite3 REQUIRED)
find_library(SOCI_POSTGRESQL soci_postgresql REQUIRED)
find_path(POSTGRESQL_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

# Asio and Beast are compiled once, in base/io/asio.cpp; everybody else only declares.
add_library(vendaval_asio_options INTERFACE)
target_compile_definitions(vendaval_asio_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(vendaval_asio_options INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
