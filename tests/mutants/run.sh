#!/usr/bin/env bash
# Proves that the torture finds what it is there for: takes one protection away from the server,
# as each patch beside this file says, and expects the run that the patch names to find a violation
# of the kind that it names. The same run on the server as it is has to pass.
#
# tests/mutants/run.sh [NAME…]   all mutants, or these; writes docs/mutants.md from all results
#
# Works on a copy of the tree, with a target folder of its own that is kept.
set -uo pipefail

# A run is a matter of timing: a mutant may hide this often.
RUNS_MAX=3
# A run that takes longer, in seconds, has failed by itself and proves nothing.
RUN_TIMEOUT=300

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root" || exit 2
target="${CARGO_TARGET_DIR:-$root/target}"
scratch="${MUTANTS_DIR:-$target/mutants}"
tree="$scratch/tree"
mkdir -p "$scratch/rows" "$tree"
# The copy may lie inside a repository that isn't its own.
export GIT_CEILING_DIRECTORIES="$scratch"

field() { sed -n "s/^$2: //p" "$1" | head -n 1; }

# The copy as the tree is now; files that are the same keep their times, so that only what a patch
# touches is built again.
copy() {
	local files="$scratch/files"
	git ls-files -z --cached --others --exclude-standard -- Cargo.toml Cargo.lock .cargo build.rs \
		src migrations loadtest benches tests web-client/package.json |
		while IFS= read -r -d '' file; do
			[ -f "$file" ] && echo "$file"
		done >"$files"
	(cd "$tree" && find . -type f) | sed 's,^\./,,' | grep -vxFf "$files" |
		while IFS= read -r file; do rm -f "$tree/$file"; done
	while IFS= read -r file; do
		cmp -s "$file" "$tree/$file" && continue
		mkdir -p "$tree/$(dirname "$file")" && cp "$file" "$tree/$file"
	done <"$files"
}

torture() { # program, results, log, arguments…
	local program="$1" results="$2" log="$3"
	shift 3
	rm -rf "$results" && mkdir -p "$results"
	timeout "$RUN_TIMEOUT" "$target/debug/torture" --server "$program" --results "$results" "$@" \
		>"$log" 2>&1
}

one() { # name
	local patch="$root/tests/mutants/$1.patch" log="$scratch/$1.log" row="$scratch/rows/$1"
	local arguments shows found status
	rm -f "$row"
	eval "arguments=($(field "$patch" Run))"
	shows="$(field "$patch" Shows)"
	(cd "$tree" && git apply "$patch") || { echo "$1: the patch doesn't apply" >&2; return 1; }
	(cd "$tree" && CARGO_TARGET_DIR="$scratch/target" cargo build --quiet --package seatmap --bin seatmap) \
		>"$log" 2>&1
	status=$?
	(cd "$tree" && git apply --reverse "$patch")
	[ "$status" = 0 ] || { echo "$1: doesn't build, see $log" >&2; return 1; }
	for _ in $(seq "$RUNS_MAX"); do
		torture "$scratch/target/debug/seatmap" "$scratch/results" "$log" "${arguments[@]}"
		status=$?
		found="$(grep -E -m 1 "^  ([^ ].*)?($shows)" "$log" | sed 's/^ *//; s/|/\\|/g' | cut -c 1-240)"
		[ "$status" = 1 ] && [ -n "$found" ] && break
		found=
	done
	[ -n "$found" ] || { echo "$1: NOT CAUGHT in $RUNS_MAX runs, the last ended with $status; see $log" >&2; return 1; }
	if ! torture "$target/debug/seatmap" "$scratch/results" "$log.control" "${arguments[@]}"; then
		# Kept beside the log: the next mutant's run takes the place of these results.
		rm -rf "$log.failed" && cp -r "$scratch/results" "$log.failed"
		echo "$1: the server as it is fails too, see $log.control" >&2
		echo "| $1 | $(field "$patch" Removes) | $(field "$patch" 'Fault class') | **proves nothing**: the server as it is failed the same run |" >"$row"
		return 1
	fi
	echo "| $1 | $(field "$patch" Removes) | $(field "$patch" 'Fault class') | $found |" | tee "$row"
}

table() {
	echo "# Mutants"
	echo
	echo "Each takes one protection away from the server. The run that its patch in"
	echo "\`tests/mutants\` names has to find it, in $RUNS_MAX runs at most, and to pass on the server as"
	echo "it is. Rows in bold did not. Made by \`make mutants\`."
	echo
	echo "| Mutant | Without | Fault class | Caught by |"
	echo "| --- | --- | --- | --- |"
	local patch name
	for patch in "$root"/tests/mutants/*.patch; do
		name="$(basename "$patch" .patch)"
		cat "$scratch/rows/$name" 2>/dev/null ||
			echo "| $name | $(field "$patch" Removes) | $(field "$patch" 'Fault class') | **not caught** |"
	done
	cat <<-'END'

		Some fault classes have no mutant of their own:

		- nodes killed and stopped, `database cut`, `database half open`, `postgres restarted`: what
		  protects there is that a node keeps nothing that correctness needs, and that a commit in doubt is
		  cleared up; the mutants of the cuts around a COMMIT and of terminated backends take that away.
		- the other steps at which requests are spoilt: a key is all that helps, as before the answer.
		- `clients cut`, `clients half open`, `clients slow`, `database slow`, `pools exhausted`: no answer
		  and no map can be wrong by them; what they cost others is tried in `tests/it/siege` and
		  `tests/it/faults`.
	END
}

names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(basename --suffix .patch --multiple tests/mutants/*.patch)
cargo build --quiet --package seatmap --package seatmap-torture --bin seatmap --bin torture || exit 2
copy
failed=0
for name in "${names[@]}"; do
	one "$name" || failed=$((failed + 1))
done
table >docs/mutants.md
echo "$failed of ${#names[@]} mutants were not caught"
[ "$failed" = 0 ]
