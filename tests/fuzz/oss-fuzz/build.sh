#!/bin/bash
# Builds every fuzz target for OSS-Fuzz, which gives SRC, WORK, OUT, CC, CFLAGS and
# LIB_FUZZING_ENGINE: a program, its seeds beside it as NAME_seed_corpus.zip, and in OUT/lib the
# libraries that the machine which runs it does not have. The sanitizers are in CFLAGS.
set -euo pipefail

top=$SRC/qrconfirm
build=$WORK/qrconfirm
mapfile -t names < <(sed -n 's/^qrconfirm_fuzz(\([a-z0-9_]*\) .*/\1/p' "$top/tests/fuzz/CMakeLists.txt")

# $ORIGIN is for the loader: beside the program, wherever OUT is put.
# shellcheck disable=SC2016
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DQRCONFIRM_FUZZ=ON -DQRCONFIRM_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
    -DQRCONFIRM_SANITIZE=fuzzer-no-link \
    -DCMAKE_BUILD_RPATH='$ORIGIN/lib' -DCMAKE_EXE_LINKER_FLAGS=-Wl,--disable-new-dtags
cmake --build "$build" --target make_media_corpus "${names[@]/#/fuzz_}"
(cd "$build" && ctest --output-on-failure -R '^fuzz\.make-')

mkdir -p "$OUT/lib"
for name in "${names[@]}"; do
    cp "$build/tests/fuzz_$name" "$OUT/"
    seeds=()
    for folder in "$build/tests/corpus/$name" "$top/tests/fuzz/corpus/$name"; do
        [ ! -d "$folder" ] || seeds+=("$folder"/*)
    done
    zip -jq "$OUT/fuzz_${name}_seed_corpus.zip" "${seeds[@]}"

    # All but libc's own, which a copy would not fit to another loader.
    ldd "$OUT/fuzz_$name" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' |
        { grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv)\.so' || true; } |
        xargs -r cp -Lut "$OUT/lib"
done

# A library that looks for others in a folder of its own would look there first.
# shellcheck disable=SC2016
patchelf --set-rpath '$ORIGIN' "$OUT"/lib/*
