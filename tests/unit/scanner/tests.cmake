# Cameras, on a kernel that does what the test says.
add_library(camera_fake STATIC unit/scanner/camera_fake.c)
target_link_libraries(camera_fake PUBLIC scanner)
qrconfirm_unit_test(scanner camera camera_fake)
qrconfirm_unit_test(scanner camera_faults camera_fake)
qrconfirm_unit_test(scanner camera_no_memory camera_fake failing_memory failing_files)
qrconfirm_unit_test(scanner camera_switch camera_fake)
qrconfirm_unit_test(scanner camera_format camera_fake)
qrconfirm_unit_test(scanner camera_list camera_fake)
qrconfirm_unit_test(scanner camera_sensor camera_fake)
qrconfirm_unit_test(scanner camera_threads camera_fake)
qrconfirm_unit_test(scanner camera_choice scanner)
qrconfirm_unit_test(scanner camera_pixels scanner)
qrconfirm_unit_test(scanner torch camera_fake)
qrconfirm_unit_test(scanner usb_place scanner)

add_library(scanner_test_support STATIC unit/scanner/support.c)
target_link_libraries(scanner_test_support
  PUBLIC scanner PRIVATE qrconfirm_flags PkgConfig::cmocka PkgConfig::qrencode PkgConfig::turbojpeg)

# Programs that are the eye too, with a reader that pictures can take over.
add_library(eye_deeds STATIC unit/scanner/eye_deeds.c)
target_link_libraries(eye_deeds PUBLIC scanner PRIVATE qrconfirm_flags PkgConfig::qrencode)
qrconfirm_unit_test(scanner eye eye_deeds scanner_test_support)
qrconfirm_unit_test(scanner eye_converter eye_deeds scanner_test_support PkgConfig::png)
qrconfirm_unit_test(scanner eye_source eye_deeds scanner_test_support PkgConfig::webp PkgConfig::gdk_pixbuf)
add_library(camera_apart STATIC unit/scanner/camera_apart.c)
target_link_libraries(camera_apart PUBLIC camera_fake eye_deeds PRIVATE qrconfirm_flags)
qrconfirm_unit_test(scanner frame scanner)
qrconfirm_unit_test(scanner jpeg_picture scanner_test_support PkgConfig::turbojpeg)
qrconfirm_unit_test(scanner mailbox scanner)
qrconfirm_unit_test(scanner pipewire_format scanner)
target_include_directories(unit_scanner_pipewire_format SYSTEM PRIVATE ${pipewire_INCLUDE_DIRS})
qrconfirm_unit_test(scanner pipewire_list scanner)
qrconfirm_unit_test(scanner pipewire_portal scanner)
qrconfirm_unit_test(scanner picture scanner_test_support PkgConfig::png)
qrconfirm_unit_test(scanner picture_library scanner_test_support PkgConfig::webp PkgConfig::gdk_pixbuf)
qrconfirm_unit_test(scanner eye_message scanner)
qrconfirm_unit_test(scanner patience scanner)
add_library(pipeline_rig STATIC unit/scanner/pipeline_rig.c)
target_link_libraries(pipeline_rig PUBLIC scanner PRIVATE qrconfirm_flags PkgConfig::cmocka)
qrconfirm_unit_test(scanner eye_camera camera_apart pipeline_rig)
qrconfirm_unit_test(scanner walls camera_apart pipeline_rig scanner_test_support walls_denied)
qrconfirm_unit_test(scanner no_memory pipeline_rig scanner_test_support eye_deeds failing_memory
  PkgConfig::png PkgConfig::webp)
# They start a process for each call that fails.
qrconfirm_unit_test(scanner no_io scanner_test_support eye_deeds failing_files)
set_tests_properties(unit.scanner.no_io unit.scanner.no_memory PROPERTIES TIMEOUT 900)
qrconfirm_unit_test(scanner pipeline pipeline_rig scanner_test_support eye_deeds)
qrconfirm_unit_test(scanner pipeline_live pipeline_rig scanner_test_support eye_deeds)
target_link_options(unit_scanner_pipeline PRIVATE
  -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc)
qrconfirm_unit_test(scanner replay_mjpeg scanner_test_support)
qrconfirm_unit_test(scanner replay_y4m scanner_test_support)
qrconfirm_unit_test(scanner source scanner_test_support)

# Tests with threads of their own: worth running under ThreadSanitizer (preset tsan).
set_tests_properties(unit.scanner.mailbox unit.scanner.pipeline unit.scanner.pipeline_live unit.scanner.source
  unit.scanner.camera_threads unit.scanner.eye unit.scanner.eye_camera unit.scanner.eye_converter unit.scanner.eye_source
  unit.scanner.walls PROPERTIES LABELS "unit;threads")
qrconfirm_unit_test(scanner recorder scanner)
qrconfirm_unit_test(scanner record scanner failing_memory failing_files)
