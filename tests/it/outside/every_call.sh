#!/usr/bin/env bash
# The calls of a sale with curl, in order; stops at the first answer
# that isn't as documented.
#
# Usage: every_call.sh [URL]     of a server in open mode, by default http://127.0.0.1:8080
set -euo pipefail
server=${1:-http://127.0.0.1:8080}
api=$server/api/v1
answer=$(mktemp)
headers=$(mktemp)
trap 'rm -f "$answer" "$headers"' EXIT
# Somebody new each time, so that the script can be run again.
me="every-call-$$-$RANDOM"

# call STATUS METHOD URL [curl arguments…]: asks and checks the status; the body is in $answer.
call() {
    local expected=$1 method=$2 url=$3 status
    shift 3
    status=$(curl -sS --compressed -o "$answer" -D "$headers" -w '%{http_code}' -X "$method" "$url" "$@")
    if [ "$status" != "$expected" ]; then
        echo "$method ${url#"$server"}: $status instead of $expected" >&2
        cat "$answer" >&2
        exit 1
    fi
    echo "$status $method ${url#"$server"}"
}

# as_me STATUS METHOD PATH [JSON] [curl arguments…]: the same, named by a session.
as_me() {
    local expected=$1 method=$2 path=$3 body=${4:-}
    shift $(($# < 4 ? $# : 4))
    local data=()
    [ -z "$body" ] || data=(-H 'content-type: application/json' -d "$body")
    call "$expected" "$method" "$api$path" -H "x-session-id: $me" ${data[@]+"${data[@]}"} "$@"
}

# field NAME: the first value of that name in the answer.
field() {
    grep -o "\"$1\":[^,}]*" "$answer" | head -n 1 | cut -d: -f2- | tr -d '"'
}

# says TEXT: checks that the answer contains it.
says() {
    grep -qF -- "$1" "$answer" && return
    echo "the answer lacks $1:" >&2
    cat "$answer" >&2
    exit 1
}

# header NAME: the value of a header of the answer.
header() {
    tr -d '\r' <"$headers" | sed -n "s/^$1: //Ip" | head -n 1
}

probes() {
    call 200 GET "$server/health"
    call 200 GET "$server/ready"
    call 200 GET "$server/metrics"
    call 200 GET "$server/openapi.json"
    says '"openapi":"3.1'
}

callers() {
    call 201 POST "$api/sessions"
    local token
    token=$(field token)
    as_me 201 POST /users '{"name":"Anna Seidl","email":"anna@example.com"}'
    local user
    user=$(field id)
    call 200 GET "$api/users/$user?user_id=$user"
    as_me 403 GET "/users/$user"
    call 200 GET "$api/holds?event_id=$1" -H "authorization: Bearer $token"
    call 401 POST "$api/events/$1/seats/S001/lock"
    says '"code":"caller_unknown"'
}

event() {
    call 200 GET "$api/charts"
    call 200 GET "$api/charts/$(field id)"
    as_me 201 POST /events '{"name":"Matinée","venue":"Playhouse",
        "start_time":"2099-05-01T19:30:00Z","end_time":"2099-05-01T22:00:00Z",
        "total_tickets":50,"price":"45.50","max_seats_per_user":8}'
    event=$(field id)
    call 200 GET "$api/events"
    call 200 GET "$api/events/$event"
    says '"available_tickets":50'
    as_me 422 POST /events '{"name":" ","venue":"Playhouse",
        "start_time":"2099-05-01T19:30:00Z","end_time":"2099-05-01T22:00:00Z",
        "total_tickets":50,"price":"45.50"}'
    says '"field":"name"'
}

maps() {
    call 200 GET "$api/events/$event/seatmap"
    local layout etag epoch
    layout=$(field layout)
    etag=$(header etag)
    call 304 GET "$api/events/$event/seatmap" -H "if-none-match: $etag"
    call 200 GET "$api/events/$event/seatmap?layout=$layout"
    header cache-control | grep -q immutable
    call 200 GET "$api/events/$event/tickets"
    says '"total":50'
    call 200 GET "$api/events/$event/tickets/all?limit=2&offset=48"
    says '"seat_no":"S050"'
    call 200 GET "$api/events/$event/availability"
    epoch=$(field epoch)
    call 304 GET "$api/events/$event/availability" -H "if-none-match: $(header etag)"
    call 200 GET "$api/events/$event/availability?since=$epoch.0"
    call 200 GET "$api/events/$event/availability" -H 'accept: application/octet-stream'
    # A stream has no end of its own.
    curl -sN --max-time 1 "$api/events/$event/stream" >"$answer" || true
    says '"type":"hello"'
    says '"type":"snapshot"'
}

seats() {
    as_me 200 POST "/events/$event/seats/S001/lock"
    as_me 200 POST "/events/$event/seats/S001/lock"
    call 409 POST "$api/events/$event/seats/S001/lock" -H "x-session-id: not-$me"
    says '"conflicts":[{"seat_no":"S001","status":"locked"}]'
    call 403 POST "$api/events/$event/seats/S001/unlock" -H "x-session-id: not-$me"
    as_me 200 POST "/events/$event/seats/S001/unlock"
    as_me 409 POST "/events/$event/seats/S001/unlock"
    says '"code":"not_locked"'
    as_me 404 POST "/events/$event/seats/nowhere/lock"
}

holds() {
    as_me 201 POST "/events/$event/holds" '{"seats":["S010","S011"]}'
    local hold
    hold=$(field id)
    as_me 422 POST "/events/$event/holds" '{"seats":["S012","S012"]}'
    as_me 200 GET "/holds/$hold"
    as_me 200 PATCH "/holds/$hold" '{"extend_seconds":60}'
    as_me 200 GET "/holds?event_id=$event"
    says "$hold"
    call 403 DELETE "$api/holds/$hold" -H "x-session-id: not-$me"
    as_me 204 DELETE "/holds/$hold"
    as_me 200 GET "/holds/$hold"
    says '"status":"released"'
}

bookings() {
    local order="{\"event_id\":$event,\"quantity\":2}"
    as_me 409 POST /bookings "$order"
    says '"code":"nothing_locked"'
    as_me 201 POST "/events/$event/holds" '{"seats":["S021","S020"]}'
    as_me 201 POST /bookings "$order" -H "idempotency-key: $me"
    says '"seat_nos":["S020","S021"]'
    says '"total_amount":"91.00"'
    local booking
    booking=$(field id)
    as_me 201 POST /bookings "$order" -H "idempotency-key: $me"
    [ "$(field id)" = "$booking" ]
    as_me 422 POST /bookings "{\"event_id\":$event,\"quantity\":1}" -H "idempotency-key: $me"
    says '"code":"idempotency_key_reused"'
    as_me 200 GET "/bookings/$booking"
    as_me 200 GET "/bookings?event_id=$event"
    call 403 GET "$api/bookings/$booking" -H "x-session-id: not-$me"
    as_me 200 POST "/bookings/$booking/confirm" '{"payment_reference":"pay-1"}'
    says '"status":"confirmed"'
    as_me 200 POST "/bookings/$booking/cancel"
    as_me 200 POST "/bookings/$booking/cancel"
    says '"status":"cancelled"'
}

organiser() {
    as_me 200 POST "/events/$event/block" '{"seats":["S049","S050"],"reason":"a pillar"}'
    as_me 409 POST "/events/$event/seats/S050/lock"
    as_me 200 POST "/events/$event/unblock" '{"seats":["S049","S050"]}'
    as_me 200 GET "/events/$event/changes?since=0"
    says '"reason":"a pillar"'
}

mistakes() {
    as_me 400 POST /bookings '{"event_id":'
    as_me 422 POST /bookings "{\"event_id\":$event,\"quantity\":1,\"colour\":\"red\"}"
    call 415 POST "$api/bookings" -H "x-session-id: $me" -H 'content-type: text/plain' -d hello
    call 404 GET "$api/events/999999999"
    call 404 GET "$api/nothing"
    call 405 PUT "$api/events/$event"
    head -c 2000000 /dev/zero | tr '\0' x |
        call 413 POST "$api/bookings" -H "x-session-id: $me" -H 'content-type: application/json' \
            -H 'expect:' --data-binary @-
}

probes
event
callers "$event"
maps
seats
holds
bookings
organiser
mistakes
echo "every call answered as documented"
