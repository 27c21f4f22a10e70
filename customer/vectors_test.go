package customer_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/internal/golden"
)

const consentFile = "consent_scenarios.json"

// TestVectors runs every consent history and compares verdict and reason.
func TestVectors(t *testing.T) {
	t.Parallel()
	data, ok := golden.OpenVectors(t, "customer").Read(t, consentFile)
	if !ok {
		return
	}
	var file struct {
		Scenarios []struct {
			ID      string                   `json:"id"`
			Desc    string                   `json:"desc"`
			Records []customer.ConsentRecord `json:"records"`
			Ask     customer.ConsentQuestion `json:"ask"`
			Verdict string                   `json:"verdict"`
			Reason  customer.ConsentReason   `json:"reason"`
		} `json:"scenarios"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&file))
	for _, s := range file.Scenarios {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			got := customer.EvaluateConsent(slices.Values(s.Records), s.Ask)
			switch s.Verdict {
			case "allow", "deny":
			default:
				t.Fatalf("unknown verdict %q", s.Verdict)
			}
			require.Equal(t, s.Verdict == "allow", got.Allowed, s.Desc)
			require.Equal(t, s.Reason.String(), got.Reason.String(), s.Desc)
		})
	}
	golden.Count(t, consentFile, len(file.Scenarios))
}
