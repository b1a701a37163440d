// SPDX-License-Identifier: MIT
#include "tests/bench/zxing_peer.h"

#include <ZXing/ReadBarcode.h>
#include <algorithm>
#include <cstring>

extern "C" size_t zxing_read(const uint8_t *luma, size_t width, size_t height, size_t stride,
                             zxing_code *out, size_t max)
{
    ZXing::ImageView view(luma, static_cast<int>(width), static_cast<int>(height),
                          ZXing::ImageFormat::Lum, static_cast<int>(stride));
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode);
    hints.setTryHarder(true);
    hints.setTryRotate(true);
    size_t count = 0;
    for (const auto &result : ZXing::ReadBarcodes(view, hints)) {
        if (count == max || !result.isValid())
            continue;
        const auto &bytes = result.bytes();
        out[count].size = std::min<size_t>(bytes.size(), ZXING_PAYLOAD_MAX);
        std::memcpy(out[count].payload, bytes.data(), out[count].size);
        count++;
    }
    return count;
}
