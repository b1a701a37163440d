# The Debian package, by `cpack` in a build folder that was configured with --prefix /usr
# (scripts/package does both).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME qrconfirm)
set(CPACK_PACKAGE_CONTACT "qrconfirm <qrconfirm@qrconfirm.example>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "fonts-inter, fonts-dejavu-core")
# fonts-droid-fallback: names in Chinese and Japanese; other scripts as the machine has them.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, fonts-droid-fallback")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "cage, xwayland, seatd, speech-dispatcher")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_STRIP_FILES ON)
include(CPack)
