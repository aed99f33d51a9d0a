#!/usr/bin/env bash
# Builds and runs the tests of the native core: tests/engine/native/run.sh MODE
#
#   plain      on this CPU
#   sanitized  on this CPU, under the address and undefined-behaviour sanitizers
#   memory     on this CPU, under the sanitizer for reads of memory that nothing was written to
#   aarch64    cross-compiled, in an emulator: the Armv8 kernels
#   nehalem    an x86-64 CPU without AVX, emulated
#   haswell    one with AVX2, emulated
#   skylake    another one with AVX2, emulated
#   fuzz [S]   libFuzzer for S seconds (30) each on the kernels of this CPU, on packed columns, and on
#              the URLs that the compiled verifier reads
#   agree [N [SEED]]  on this CPU: whether all ladders sign N URLs (1000000) alike, others for each seed
#   speed      on this CPU: what a block costs on each kernel, and a row on each ladder
#
# Exit status 77 means that a tool is missing, which is then named.
set -euo pipefail
here=$PWD # where libFuzzer leaves an input that fails
cd "$(dirname "$0")"

native=../../../ossign_fast/_engine/native
verifier=../../../ossign_fast/_verify/native
flags="-std=c11 -g -Wall -Wextra -Wpedantic -Wshadow -Werror -I. -I$native"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
sources="sample.c sample_check.c $native/*.c"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

need() {
    command -v "$1" >/dev/null || {
        echo "$1 is missing" >&2
        exit 77
    }
}

# need_links COMPILER FLAGS... <<<SOURCE
need_links() {
    need "$1"
    "$@" -x c - -o "$build/probe" 2>/dev/null || {
        echo "$1 cannot link $2" >&2
        exit 77
    }
}

# run_tests "COMPILER FLAGS" "EMULATOR FLAGS" KERNEL...: each of the kernels has to be there.
run_tests() {
    local compiler=$1 emulator=$2
    shift 2
    need "${compiler%% *}"
    # shellcheck disable=SC2086
    $compiler $flags test_kernels.c test_rows.c $sources -o "$build/test_kernels"
    # shellcheck disable=SC2086
    $emulator "$build/test_kernels" "$@"
}

# run_x86_64 CPU KERNEL...
run_x86_64() {
    local cpu=$1 compiler=x86_64-linux-gnu-gcc
    shift
    if [[ $(uname -m) == x86_64 ]]; then compiler=gcc; fi
    need qemu-x86_64
    run_tests "$compiler -O2 -static" "qemu-x86_64 -cpu $cpu" "$@"
}

# run_program SOURCE... -- ARGUMENT...
run_program() {
    local own=()
    need "$cc"
    while [[ $1 != -- ]]; do own+=("$1") && shift; done
    shift
    # shellcheck disable=SC2086
    $cc -O3 $flags "${own[@]}" $sources -o "$build/program"
    "$build/program" "$@"
}

# run_fuzzer TARGET SECONDS
run_fuzzer() {
    "$build/$1" -max_total_time="$2" -max_len=2048 -len_control=0 -timeout=20 \
        -print_final_stats=1 -artifact_prefix="$here/"
}

fuzz() {
    local compiler=clang source target
    need_links "$compiler" -fsanitize=fuzzer,address,undefined \
        <<<'int LLVMFuzzerTestOneInput(const char *data, long size) { return data && size < 0; }'
    for source in $sources; do
        # shellcheck disable=SC2086
        $compiler -O1 $flags $sanitize -fsanitize=fuzzer-no-link -c "$source" \
            -o "$build/$(basename "$source").o"
    done
    for target in fuzz_columns fuzz_jobs; do
        # shellcheck disable=SC2086
        $compiler -O1 $flags $sanitize -fsanitize=fuzzer $target.c "$build"/*.o -o "$build/$target"
        run_fuzzer "$target" "$1"
    done
    # shellcheck disable=SC2086
    $compiler -O1 $flags -I$verifier $sanitize -fsanitize=fuzzer ../../verify/native/fuzz_match.c \
        $verifier/match.c -o "$build/fuzz_match"
    run_fuzzer fuzz_match "$1"
}

cc=${CC:-cc}
case ${1:-} in
plain) run_tests "$cc -O3" "" ;;
sanitized)
    need_links "$cc" -fsanitize=address,undefined <<<'int main(void) { return 0; }'
    run_tests "$cc -O1 $sanitize" ""
    ;;
memory)
    need_links clang -fsanitize=memory <<<'int main(void) { return 0; }'
    run_tests "clang -O1 -fsanitize=memory" ""
    ;;
aarch64)
    need qemu-aarch64
    run_tests "aarch64-linux-gnu-gcc -O2 -static" qemu-aarch64 armv8
    ;;
nehalem) run_x86_64 Nehalem portable ;;
haswell) run_x86_64 Haswell avx2+portable avx2 portable ;;
skylake) run_x86_64 Skylake-Client avx2+portable avx2 portable ;;
fuzz) fuzz "${2:-30}" ;;
agree)
    run_program agree.c test_rows.c -- "${2:-1000000}" "${3:-0}"
    ;;
speed) run_program speed.c -- ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' run.sh >&2
    exit 2
    ;;
esac
