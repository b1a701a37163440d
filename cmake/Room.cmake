# A room is a static library of one folder. What it may use is its link line: the headers of a room
# are reached through a folder of links in the build, which only those get who link the room. So a
# forbidden #include does not compile.
#   qrconfirm_room(TARGET)             headers of the folder whose CMakeLists.txt is read
#   qrconfirm_room(TARGET FOLDER...)   ... and of these folders in it
function(qrconfirm_room target)
  file(RELATIVE_PATH room ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(seen ${PROJECT_BINARY_DIR}/rooms/${target})
  file(REMOVE_RECURSE ${seen})

  foreach(folder IN ITEMS ${room} LISTS ARGN)
    if(NOT folder STREQUAL room)
      string(PREPEND folder ${room}/)
    endif()
    file(GLOB headers CONFIGURE_DEPENDS
      ${PROJECT_SOURCE_DIR}/${folder}/*.h ${PROJECT_SOURCE_DIR}/${folder}/*.def)
    file(MAKE_DIRECTORY ${seen}/${folder})
    foreach(header IN LISTS headers)
      get_filename_component(name ${header} NAME)
      file(CREATE_LINK ${header} ${seen}/${folder}/${name} SYMBOLIC)
    endforeach()
  endforeach()
  target_include_directories(${target} PUBLIC ${seen})
endfunction()
