# Cameras, on a kernel that does what the test says.
add_library(camera_fake STATIC unit/scanner/camera_fake.c)
target_link_libraries(camera_fake PUBLIC scanner)
qrconfirm_unit_test(scanner camera camera_fake)
qrconfirm_unit_test(scanner camera_format camera_fake)
qrconfirm_unit_test(scanner camera_list camera_fake)
qrconfirm_unit_test(scanner camera_pixels scanner)
qrconfirm_unit_test(scanner torch camera_fake)
