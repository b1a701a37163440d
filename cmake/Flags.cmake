# One INTERFACE target carries the language, the warnings and the hardening of every program.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_library(qrconfirm_flags INTERFACE)
target_compile_features(qrconfirm_flags INTERFACE c_std_17)
target_compile_definitions(qrconfirm_flags INTERFACE _GNU_SOURCE)

set(warnings
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-align=strict
  -Wcast-qual -Wformat=2 -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wundef
  -Wnull-dereference -Wduplicated-branches -Wlogical-op -Wjump-misses-init
  -Wimplicit-fallthrough=5 -Wimplicit-fallthrough -Wwrite-strings -Wbidi-chars=any -Wtrampolines)
if(QRCONFIRM_WERROR)
  list(APPEND warnings -Werror)
endif()

set(hardening
  -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
  -fcf-protection=full -mbranch-protection=standard -fno-strict-overflow)
set(link_hardening -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
# Bytes of a thread's stack on musl, which else are 128 KiB: reading the journal takes 122 of them.
set(link_stack -Wl,-z,stack-size=1048576)

function(qrconfirm_add_flags)
  foreach(flag IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "has${flag}" name)
    check_c_compiler_flag("-Werror ${flag}" ${name})
    if(${name})
      target_compile_options(qrconfirm_flags INTERFACE ${flag})
    endif()
  endforeach()
endfunction()

qrconfirm_add_flags(${warnings})
# No absolute path of the build machine in the programs.
target_compile_options(qrconfirm_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(QRCONFIRM_SANITIZE)
  target_compile_options(qrconfirm_flags INTERFACE
    -fsanitize=${QRCONFIRM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(qrconfirm_flags INTERFACE -fsanitize=${QRCONFIRM_SANITIZE})
else()
  qrconfirm_add_flags(${hardening})
  target_link_options(qrconfirm_flags INTERFACE ${link_hardening} ${link_stack})
  # Fortify needs optimisation and does not go together with the sanitizers.
  target_compile_options(qrconfirm_flags INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
