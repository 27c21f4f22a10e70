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

// TestVectors runs every case of every file: consent histories, whose verdict and reason
// are compared, and contact points, whose canonical form and key are.
func TestVectors(t *testing.T) {
	t.Parallel()
	t.Run("consent", consentVectors)
	t.Run("contact points", contactVectors)
}

func contactVectors(t *testing.T) {
	t.Parallel()
	data, ok := golden.OpenVectors(t, "customer").Read(t, "contact_points.json")
	if !ok {
		return
	}
	var file struct {
		Email []struct {
			Input     string  `json:"input"`
			Canonical *string `json:"canonical"`
			Key       *string `json:"key"`
			Why       string  `json:"why"`
		} `json:"email"`
		Phone []struct {
			Input  string  `json:"input"`
			Region string  `json:"region"`
			E164   *string `json:"e164"`
		} `json:"phone"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&file))
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	for _, c := range file.Email {
		p, err := customer.NewEmail(c.Input)
		require.Equal(t, c.Canonical == nil, err != nil, "%s: %s", c.Input, c.Why)
		require.Equal(t, c.Canonical, text(p.Canonical), "%s: %s", c.Input, c.Why)
		require.Equal(t, c.Key, text(p.Key), "%s: %s", c.Input, c.Why)
	}
	for _, c := range file.Phone {
		p, err := customer.ParsePhone(c.Input, c.Region, customer.PhonePlans{})
		require.Equal(t, c.E164 == nil, err != nil, c.Input)
		require.Equal(t, c.E164, text(p.Canonical), c.Input)
	}
	golden.Count(t, "contact_points.json", len(file.Email)+len(file.Phone))
}

func consentVectors(t *testing.T) {
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
