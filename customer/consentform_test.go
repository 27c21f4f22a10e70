package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
)

// A form that is not exactly that of a record is refused with the place of the fault,
// and what it holds is not in the error.
func TestConsentFormIsStrict(t *testing.T) {
	t.Parallel()
	const granted = `{"type":"granted","purpose":"marketing","channel":"email","at":"2026-01-01T00:00:00Z","basis":"consent","proof":{"method":"m"}`
	rows := []struct{ name, record, want string }{
		{"end misspelt", granted + `,"expire":"2026-02-01T00:00:00Z"}`, "unknown field: did you mean expires?"},
		{"field of a proof misspelt", strings.Replace(granted, `"method"`, `"methods"`, 1) + `}`, "proof: unknown field: did you mean method?"},
		{"capital field", strings.Replace(granted, `"at"`, `"At"`, 1) + `}`, "did you mean at?"},
		{"end twice", granted + `,"expires":"2026-02-01T00:00:00Z","expires":"2027-02-01T00:00:00Z"}`, "expires: duplicate field"},
		{"address in place of an instant", strings.Replace(granted, "2026-01-01T00:00:00Z", "anna@example.com", 1) + `}`, "at: want an instant"},
		{"address in place of a type", strings.Replace(granted, `"granted"`, `"anna@example.com"`, 1) + `}`, "type: "},
		{"address in place of a basis", strings.Replace(granted, `"consent"`, `"anna@example.com"`, 1) + `}`, "basis: "},
		{"address in place of a field", granted + `,"anna@example.com":1}`, "unknown field"},
		{"address after a field's name", granted + `,"pointanna@example.com":1}`, "unknown field"},
		{"address as a field, twice", granted + `,"anna@example.com":1,"anna@example.com":1}`, "duplicate field"},
		{"number in place of a point", granted + `,"point":49301234567}`, "point: wrong type: want a string, have "},
		{"list in place of a proof", strings.Replace(granted, `{"method":"m"}`, `["anna@example.com"]`, 1) + `}`, "proof: wrong type"},
		{"deep", granted + `,"point":[[["anna@example.com"]]]}`, "beyond the limits"},
		{"no type", `{"at":"2026-01-01T00:00:00Z"}`, "type: missing field"},
		{"no instant", `{"type":"restricted"}`, "at: missing field"},
		{"text", `"anna@example.com"`, "wrong type"},
		{"not JSON", `anna@example.com`, "not JSON from byte"},
		{"not UTF-8", `{"type":"` + "\xff" + `anna@example.com"}`, "not JSON, or not valid UTF-8"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			requireQuiet := func(err error, want string) {
				require.ErrorIs(t, err, customer.ErrConsent)
				require.ErrorContains(t, err, want)
				require.NotContains(t, err.Error(), "anna")
				require.NotContains(t, err.Error(), "493012")
				for e := err; e != nil; e = errors.Unwrap(e) {
					require.NotContains(t, fmt.Sprintf("%v", e), "anna")
				}
			}
			want := strings.TrimSuffix(strings.Replace(row.want, "not JSON, or not valid UTF-8", "not JSON", 1), " from byte")
			record := with(grant(1, customer.BySMS), point("kept"))
			requireQuiet(record.UnmarshalJSON([]byte(row.record)), want)
			require.Equal(t, with(grant(1, customer.BySMS), point("kept")), record)

			log := must(customer.ConsentLog{}.Append(grant(1, customer.BySMS)))
			err := log.UnmarshalJSON([]byte("[" + granted + "}," + row.record + "]"))
			requireQuiet(err, want)
			require.Equal(t, 1, log.Len())
			var detail *customer.RecordError
			require.ErrorAs(t, err, &detail)
			if !strings.HasPrefix(want, "not JSON") {
				require.Equal(t, 1, detail.Index)
			}
		})
	}
	var log customer.ConsentLog
	err := log.UnmarshalJSON([]byte(`[{"type":"x"},{"at":7}]`))
	for _, want := range []string{"record 0: type: ", "record 0: at: missing", "record 1: type: missing", "record 1: at: wrong type"} {
		require.ErrorContains(t, err, want)
	}
	var q customer.ConsentQuestion
	require.ErrorIs(t, q.UnmarshalJSON([]byte(`{"at":"anna"}`)), customer.ErrConsent)
	require.ErrorIs(t, q.UnmarshalJSON([]byte(`{"purpose":"marketing","chanel":"email","at":"2026-01-01T00:00:00Z"}`)), customer.ErrConsent)
	var kind customer.ConsentType
	require.NotContains(t, kind.UnmarshalText([]byte("anna")).Error(), "anna")
}

// The biggest log that Append takes can be written and read; one more is refused.
func TestConsentLogLimit(t *testing.T) {
	t.Parallel()
	records := slices.Repeat([]customer.ConsentRecord{grant(1, customer.ByEmail)}, customer.MaxConsentRecords)
	full := must(customer.ConsentLog{}.Append(records...))
	data, err := json.Marshal(full)
	require.NoError(t, err)
	var back customer.ConsentLog
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, customer.MaxConsentRecords, back.Len())

	same, err := full.Append(grant(1, customer.ByEmail))
	require.ErrorIs(t, err, customer.ErrConsentLimit)
	require.ErrorIs(t, err, customer.ErrConsent)
	require.Equal(t, full.Len(), same.Len())

	one, err := json.Marshal(grant(1, customer.ByEmail))
	require.NoError(t, err)
	more := "[" + strings.Repeat(string(one)+",", customer.MaxConsentRecords) + string(one) + "]"
	require.ErrorIs(t, back.UnmarshalJSON([]byte(more)), customer.ErrConsentLimit)
	require.ErrorIs(t, back.UnmarshalJSON(make([]byte, 17<<20)), customer.ErrConsent)

	long := with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) {
		r.Point, r.Source, r.Proof = "\xff", " ", &customer.Proof{Ref: strings.Repeat("x", 1025)}
	})
	_, err = customer.ConsentLog{}.Append(long)
	for _, want := range []string{"Point: is not valid UTF-8", "Source: is blank", "Proof.Ref: is longer"} {
		require.ErrorContains(t, err, want)
	}
	widest := with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { // every byte is written as six
		text := strings.Repeat("<", 1024)
		r.Point, r.Source, r.Origin, r.Status, r.Purpose, r.Channel = text, text, text, customer.PointStatus(text), customer.Purpose(text), customer.Channel(text)
		r.Proof = &customer.Proof{Method: text, Wording: text, Ref: text}
	})
	_, err = customer.ConsentLog{}.Append(widest)
	require.NoError(t, err)
	data, err = json.Marshal(widest)
	require.NoError(t, err)
	var read customer.ConsentRecord
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, widest, read)
}

// Whoever has given, confirmed and been written to ten thousand times can still withdraw,
// object, have processing restricted and a point suppressed, by a command as well; what
// is more than the limit can be written and read again.
func TestNobodyIsDeniedARefusal(t *testing.T) {
	t.Parallel()
	full := must(customer.ConsentLog{}.Append(slices.Repeat([]customer.ConsentRecord{grant(1, customer.ByEmail)}, customer.MaxConsentRecords)...))
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: "a@example.org", At: day(9)}
	require.True(t, full.Allowed(q).Allowed)
	for _, row := range []struct {
		record customer.ConsentRecord
		want   customer.ConsentReason
	}{
		{refusal(customer.Withdrawn, 2, customer.ByEmail), customer.ReasonWithdrawn},
		{refusal(customer.Objected, 2, customer.ByEmail), customer.ReasonObjected},
		{customer.ConsentRecord{Type: customer.Restricted, At: day(2)}, customer.ReasonRestricted},
		{customer.ConsentRecord{Type: customer.Erased, At: day(2)}, customer.ReasonNoRecord},
		{customer.ConsentRecord{Type: customer.PointSuppressed, Point: q.Point, At: day(2)}, customer.ReasonSuppressed},
	} {
		t.Run(row.record.Type.String(), func(t *testing.T) {
			t.Parallel()
			log, err := full.Append(row.record)
			require.NoError(t, err)
			require.Equal(t, row.want, log.Allowed(q).Reason)
			for _, kind := range []customer.ConsentRecord{grant(3, customer.ByEmail), refusal(customer.Confirmed, 3, customer.ByEmail), {Type: customer.Unrestricted, At: day(3)}} {
				_, err = log.Append(kind)
				require.ErrorIs(t, err, customer.ErrConsentLimit, "%s is no refusal", kind.Type)
				_, err = full.Append(row.record, kind)
				require.ErrorIs(t, err, customer.ErrConsentLimit, "%s beside a refusal", kind.Type)
			}
			c := customer.Customer{ID: "a", Revision: 1, Consent: full}
			events, err := customer.Decide(c, customer.ConsentRecorded{Record: row.record}, day(5), nil)
			require.NoError(t, err)
			require.Equal(t, row.want, must(customer.Fold(c, slices.Values(events))).Consent.Allowed(q).Reason)
		})
	}
	log := must(full.Append(slices.Repeat([]customer.ConsentRecord{refusal(customer.Withdrawn, 2, customer.ByEmail)}, 1_000)...))
	var back customer.ConsentLog
	require.NoError(t, json.Unmarshal(must(json.Marshal(log)), &back))
	require.Equal(t, customer.MaxConsentRecords+1_000, back.Len())
}

// Purposes and channels count however they are typed.
func TestConsentWithoutCase(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		purpose customer.Purpose
		channel customer.Channel
	}{{"Marketing", "email"}, {"marketing", "Email"}, {"MARKETING", "EMAIL"}, {" marketing\n", " email "}, {" ", "email"}, {"marketing", " "}, {"marketing", " * "}} {
		withdrawal := customer.ConsentRecord{Type: customer.Withdrawn, Purpose: row.purpose, Channel: row.channel, At: day(2)}
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, At: day(9)}
		got := customer.EvaluateConsent(slices.Values([]customer.ConsentRecord{grant(1, customer.ByEmail), withdrawal}), q)
		require.Equal(t, customer.ReasonWithdrawn, got.Reason, "%q on %q", row.purpose, row.channel)

		q.Purpose, q.Channel = row.purpose, row.channel
		plain := refusal(customer.Withdrawn, 2, customer.ByEmail)
		got = customer.EvaluateConsent(slices.Values([]customer.ConsentRecord{grant(1, customer.ByEmail), plain}), q)
		require.False(t, got.Allowed, "asked with %q on %q", row.purpose, row.channel)
	}
	blankPoint := with(refusal(customer.Withdrawn, 2, customer.ByEmail), point(" "))
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: "a@x.org", At: day(9)}
	got := customer.EvaluateConsent(slices.Values([]customer.ConsentRecord{grant(1, customer.ByEmail), blankPoint}), q)
	require.Equal(t, customer.ReasonWithdrawn, got.Reason, "a refusal on a blank point covers every one")
	got = customer.EvaluateConsent(slices.Values([]customer.ConsentRecord{with(grant(1, customer.ByEmail), point(" "))}), q)
	require.False(t, got.Allowed, "a grant on a blank point covers none")
}
