qrconfirm_unit_test(decode luma decode PkgConfig::turbojpeg)
qrconfirm_unit_test(decode qr decode PkgConfig::qrencode m)
