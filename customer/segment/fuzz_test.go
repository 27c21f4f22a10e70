package segment

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzParse: what is read is written and read again as the same; what checks compiles,
// evaluates and says the same in SQL or says why not; nothing panics.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"op":"everyone"}`, `{"op":"and","args":[{"op":"in","field":"country","values":["DE"]},{"op":"not","arg":{"op":"missing","field":"age"}}]}`,
		`{"op":"event_count","event":"purchase","where":{"op":"eq","field":"category","value":"camera"},"window":{"kind":"calendar","n":30,"unit":"day","zone":"Europe/Berlin"},"compare":"gte","value":1}`,
		`{"op":"last_event","compare":"before","ago":{"n":3,"unit":"day"}}`, `{"op":"between","field":"spend","min":-0.005,"max":1e18}`,
		`{"op":"before","field":"created","at":"9999-12-31T23:59:59Z"}`, `{"op":"sample","salt":"x","share":5000}`,
		`{"op":"within","field":"created","window":{"kind":"since_start","unit":"quarter"}}`,
	} {
		f.Add([]byte(seed))
	}
	schema := shopSchema()
	v := &person{id: "a", country: ref("DE"), age: ref(int64(3)), spend: ref(int64(1)), created: ref(time.Unix(0, 0)), sales: []sale{{name: "purchase", at: time.Unix(1e9, 0)}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err != nil {
			require.ErrorIs(t, err, ErrPredicate)
			return
		}
		text, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := Parse(text)
		require.NoError(t, err, "%s", text)
		require.Equal(t, p.String(), again.String())
		_ = Deps(p)
		program, err := schema.Compile(p)
		if err != nil {
			require.ErrorIs(t, err, ErrPredicate)
			return
		}
		for _, now := range []time.Time{time.Unix(1e9+1, 0), {}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
			verdict, until, ok := program.Eval(v, now)
			require.Contains(t, []Tri{False, Unknown, True}, verdict)
			if ok {
				require.True(t, nanos(until) > nanos(now))
			}
			require.Equal(t, verdict, program.Explain(v, now).Verdict)
			if _, err := schema.SQL(p, PostgreSQL, now, &SQLOptions{Zones: testZones}); err != nil {
				require.ErrorIs(t, err, ErrNoSQL)
			}
		}
	})
}
