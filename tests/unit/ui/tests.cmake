qrconfirm_unit_test(ui flow ui)
qrconfirm_unit_test(ui options ui)
qrconfirm_unit_test(ui config ui)
qrconfirm_unit_test(ui inbox ui)
