<?php
// SPDX-License-Identifier: MIT
// For the end of local/php_interface/init.php. The address is the one that devices are paired
// with. Begin with Watch, which refuses nobody: README.md says what comes next.
require_once $_SERVER['DOCUMENT_ROOT'] . '/local/php_interface/qrconfirm/handler.php';
QrConfirm\install('https://portal.example.com', QrConfirm\Rule::Watch);
