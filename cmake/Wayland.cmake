# The client's side of a Wayland protocol, generated from its description at build time.
pkg_check_modules(wayland_client REQUIRED IMPORTED_TARGET wayland-client)
pkg_get_variable(wayland_scanner wayland-scanner wayland_scanner)
if(CMAKE_SYSROOT) # it runs here, whatever is built for
  string(REPLACE ${CMAKE_SYSROOT} "" wayland_scanner ${wayland_scanner})
endif()
pkg_get_variable(wayland_protocols wayland-protocols pkgdatadir)

# Adds generated/PROTOCOL.h and .c to `target`; `description` is a path in wayland-protocols.
function(qrconfirm_wayland_protocol target description)
  get_filename_component(name ${description} NAME_WE)
  set(generated ${PROJECT_BINARY_DIR}/generated/${name})
  set(source ${wayland_protocols}/${description})
  add_custom_command(OUTPUT ${generated}.h ${generated}.c
    COMMAND ${wayland_scanner} client-header ${source} ${generated}.h
    COMMAND ${wayland_scanner} private-code ${source} ${generated}.c
    DEPENDS ${source} VERBATIM)
  target_sources(${target} PRIVATE ${generated}.c ${generated}.h)
  target_link_libraries(${target} PRIVATE PkgConfig::wayland_client)
endfunction()
