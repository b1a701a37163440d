// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_STATUS_METRICS_H
#define QRCONFIRM_UI_COMMANDS_STATUS_METRICS_H

// The status as metrics: the text format that Prometheus reads, for the textfile collector of
// its node exporter (docs/monitoring.md). Source: "Exposition formats", text-based format, of
// the documentation of Prometheus.

#include "ui/commands/status.h"

// Text to be freed with free(), or NULL if memory is short.
char *status_metrics(const struct status *status);

// Puts the text into the file, for everybody to read: whoever reads it reads the old or the new
// one. Fails with OUTPUT.
bool status_metrics_write(const char *path, const char *text, struct fault *fault);

#endif
