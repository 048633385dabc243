#!/usr/bin/env bash
# Proves that the torture finds what it is there for: takes one protection away from the server,
# as each patch beside this file says, and expects the run that the patch names to find a violation
# of the kind that it names. The same run on the server as it is has to pass, and where a fault is
# what shows it, the mutant has to hide in the same run without that fault. Beside that every fault
# class has to take effect, alone in a run.
#
# tests/mutants/run.sh [NAME…]   all mutants, or these; writes docs/mutants.md from all results of
#                                this commit's tree; what is there of it, and of the same patch, is
#                                not run again, unless named. `proofs` names the classes of faults.
#
# Works on a copy of the tree, with a target folder of its own that is kept.
set -uo pipefail

# A run is a matter of timing: a mutant may hide this often.
RUNS_MAX=3
# So many are run at once while the next is built: a run waits most of its time.
AT_ONCE=3
# A run that takes longer, in seconds, has failed by itself and proves nothing.
RUN_TIMEOUT=300

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root" || exit 2
target="${CARGO_TARGET_DIR:-$root/target}"
scratch="${MUTANTS_DIR:-$target/mutants}"
tree="$scratch/tree"
# The mutants are of the tree as it is: what it differs in from its commit counts too. Rows are
# of their patches beside that, and the label of the table of all of these.
files=(Cargo.toml Cargo.lock build.rs build_commit.rs src migrations loadtest tests/torture)
state="$({ git ls-tree -r HEAD -- "${files[@]}" && git diff HEAD -- "${files[@]}"; } | sha1sum | cut -c 1-12)"
commit="$(git rev-parse --short HEAD)"
git diff --quiet HEAD -- "${files[@]}" tests/mutants || commit="$commit, and what was changed since"
rows="$scratch/rows/$state"
mkdir -p "$rows" "$tree"
# Where a mutant's row is kept: it is of its patch, too.
row() { # name
	local patch="$root/tests/mutants/$1.patch"
	if [ -f "$patch" ]; then echo "$rows/$1-$(sha1sum <"$patch" | cut -c 1-12)"; else echo "$rows/$1"; fi
}
# What was proven at this commit.
keep() { # name, of what is read
	cat >"$(row "$1")" && echo "$commit" >"$(row "$1").commit"
}
# The copy may lie inside a repository that isn't its own.
export GIT_CEILING_DIRECTORIES="$scratch"

field() { sed -n "s/^$2: //p" "$1" | head -n 1; }

# The copy as the tree is now; files that are the same keep their times, so that only what a patch
# touches is built again.
copy() {
	local files="$scratch/files"
	git ls-files -z --cached --others --exclude-standard -- Cargo.toml Cargo.lock .cargo build.rs build_commit.rs \
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
	timeout "$RUN_TIMEOUT" "$scratch/torture" --no-shrink --server "$program" --results "$results" "$@" \
		>"$log" 2>&1
}

# The server without what the patch removes, beside the others.
build() { # name
	local patch="$root/tests/mutants/$1.patch" log="$scratch/$1.log" status
	rm -f "$(row "$1")" "$(row "$1").commit"
	(cd "$tree" && git apply "$patch") || { echo "$1: the patch doesn't apply" >&2; return 1; }
	(cd "$tree" && CARGO_TARGET_DIR="$scratch/target" cargo build --quiet --package seatmap --bin seatmap) \
		>"$log" 2>&1
	status=$?
	(cd "$tree" && git apply --reverse "$patch")
	[ "$status" = 0 ] || { echo "$1: doesn't build, see $log" >&2; return 1; }
	mkdir -p "$scratch/built" && cp "$scratch/target/debug/seatmap" "$scratch/built/$1"
}

prove() { # name
	local patch="$root/tests/mutants/$1.patch" log="$scratch/$1.log" hides
	local results="$scratch/results/$1" arguments shows found status start
	eval "arguments=($(field "$patch" Run))"
	shows="$(field "$patch" Shows)"
	start="| $1 | $(field "$patch" Removes) | $(field "$patch" 'Fault class') |"
	for _ in $(seq "$RUNS_MAX"); do
		torture "$scratch/built/$1" "$results" "$log" "${arguments[@]}"
		status=$?
		found="$(grep -E -m 1 "^  ([^ ].*)?($shows)" "$log" | sed 's/^ *//; s/|/\\|/g' | cut -c 1-240)"
		[ "$status" = 1 ] && [ -n "$found" ] && break
		found=
	done
	[ -n "$found" ] || { echo "$1: NOT CAUGHT in $RUNS_MAX runs, the last ended with $status; see $log" >&2; return; }
	if ! hides="$(hiding "$1" "${arguments[@]}")"; then
		echo "$1: is caught without its fault too, see $log.without" >&2
		echo "$start $found | **no** |" | keep "$1"
	elif ! torture "$scratch/seatmap" "$results" "$log.control" "${arguments[@]}"; then
		# Kept beside the log: the next run takes the place of these results.
		rm -rf "$log.failed" && cp -r "$results" "$log.failed"
		echo "$1: the server as it is fails too, see $log.control" >&2
		echo "$start **proves nothing**: the server as it is failed the same run | $hides |" | keep "$1"
	else
		echo "$start $found | $hides |" | keep "$1"
		cat "$(row "$1")"
	fi
	rm -f "$scratch/built/$1"
}

# Whether a mutant hides in its run once its faults are left out; of no matter where it needs none.
hiding() { # name, arguments…
	local name="$1" patch="$root/tests/mutants/$1.patch" log="$scratch/$1.log.without"
	local without=() last=
	shift
	case "$(field "$patch" 'Fault class')" in
	none:*) echo "needs none"; return 0 ;;
	# Not at a moment of the run, but from its beginning to its end.
	"node's clock wrong by minutes") without=(--right-clocks) ;;
	esac
	for argument in "$@"; do
		[ "$last" = --faults ] && argument='[]'
		without+=("$argument")
		last="$argument"
	done
	torture "$scratch/built/$name" "$scratch/results/$name" "$log" "${without[@]}" || return 1
	echo yes
}

# Every class of faults, alone.
proofs() {
	rm -rf "$scratch/proofs" && mkdir -p "$scratch/proofs"
	"$scratch/torture" --server "$scratch/seatmap" --results "$scratch/proofs" --prove \
		--at-once "$AT_ONCE" \
		>"$scratch/proofs.log" 2>&1
	local status=$?
	[ "$status" = 0 ] || echo "not every fault class took effect, see $scratch/proofs.log" >&2
	[ ! -f "$scratch/proofs/proofs.md" ] || keep proofs <"$scratch/proofs/proofs.md"
	return "$status"
}

# The commit that rows were proven at, or that of most and the others with their rows.
made_at() { # name…
	local name
	for name in "$@"; do
		[ ! -s "$(row "$name")" ] || echo "$(cat "$(row "$name").commit" 2>/dev/null || echo unknown)=$name"
	done | awk -F = '
		{ rows[$1]++; names[$1] = names[$1] (names[$1] == "" ? "" : ", ") $2 }
		rows[$1] > rows[most] { most = $1 }
		END {
			printf "%s", most == "" ? "no commit" : "the commit " most
			for (commit in rows) if (rows[commit] && commit != most)
				printf "; at %s, of the same sources: %s", commit, names[commit]
		}'
}

# What the tables don't show of the classes of faults.
uncovered() {
	[ -s "$(row proofs)" ] || return 0
	local all lacking alone
	# Each class, and how often somebody noticed it.
	all="$(awk -F ' *[|] *' 'NR > 2 { print $2 "|" $4 }' "$(row proofs)")"
	lacking="$(echo "$all" | grep -vF "$(for patch in "$root"/tests/mutants/*.patch; do
		field "$patch" 'Fault class' | sed 's/; */\n/g' | sed 's/$/|/'
	done)")"
	alone="$(echo "$lacking" | grep '|$')"
	echo
	echo "$(count "$lacking") of these $(count "$all") classes have no mutant above that they alone show. What the"
	echo "server does about them is proven by runs in which nothing got lost, and not by a protection that"
	echo "was missed once it was gone:"
	echo "$(listed "$lacking")."
	echo
	echo "On the injector's own count alone, as nobody else can tell, rest of the latter"
	echo "$(count "$alone"): $(listed "$alone")."
}
count() { printf '%s' "$1" | grep -c ''; }
listed() { [ -z "$1" ] && echo none || cut -d '|' -f 1 <<<"$1" | paste -sd ';' | sed 's/;/; /g'; }

table() {
	echo "# Mutants"
	echo
	echo "Each takes one protection away from the server. The run that its patch in"
	echo "\`tests/mutants\` names has to find it, in $RUNS_MAX runs at most, and to pass on the server as"
	echo "it is; where a fault shows it, the mutant has to hide in the same run without that fault."
	echo "Rows in bold did not. Made by \`make mutants\` at"
	echo "$(made_at $(basename --suffix .patch --multiple tests/mutants/*.patch))."
	echo "Written on $(date -u +%F)."
	echo
	echo "| Mutant | Without | Fault class | Caught by | Hides without the fault |"
	echo "| --- | --- | --- | --- | --- |"
	local patch name
	for patch in "$root"/tests/mutants/*.patch; do
		name="$(basename "$patch" .patch)"
		cat "$(row "$name")" 2>/dev/null ||
			echo "| $name | $(field "$patch" Removes) | $(field "$patch" 'Fault class') | **not caught** | |"
	done
	cat <<-'END'

		# Faults

		Every class of faults that comes and goes alone, in a short run of its own (`torture --prove`):
		how often it took effect, as docs/torture.md counts, and, where others than whoever injected it can
		tell, how often it was noticed, and by what: clients by their answers, nodes by what they warned of,
		each more often than in a run without any fault. Nothing got lost in any of these runs. Clocks are
		wrong from beginning to end in a run of theirs, and right in all others.
	END
	echo "Made at $(made_at proofs)."
	echo
	cat "$(row proofs)" 2>/dev/null || echo "**Not run.**"
	uncovered
}

# Whether there is a row and nothing in it is as it should not be.
proven() { # name
	[ -s "$(row "$1")" ] && ! grep -qF '**' "$(row "$1")"
}

names=("$@")
# What is there of this state is not run again.
if [ $# = 0 ]; then
	for name in $(basename --suffix .patch --multiple tests/mutants/*.patch) proofs; do
		proven "$name" || names+=("$name")
	done
fi
cargo build --quiet --package seatmap --package seatmap-torture --bin seatmap --bin torture || exit 2
# Copies, so that nobody who builds meanwhile changes what is run.
cp "$target/debug/torture" "$target/debug/seatmap" "$scratch/" || exit 2
copy
for name in "${names[@]}"; do
	[ "$name" != proofs ] && build "$name" || continue
	while [ "$(jobs -rp | wc -l)" -ge "$AT_ONCE" ]; do wait -n; done
	prove "$name" &
done
wait
failed=0
for name in "${names[@]}"; do
	[ "$name" != proofs ] || proofs
	proven "$name" || failed=$((failed + 1))
done
table >docs/mutants.md
echo "$failed of ${#names[@]} were not as they should be"
[ "$failed" = 0 ]
