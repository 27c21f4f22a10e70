package outreach

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Ticket is what an unsubscribe address says: who unsubscribes from what, and by which
// message.
type Ticket struct {
	Who    string // the host's identifier of the recipient; better not an address
	Scope  Scope  // what the click takes back
	Key    string // of the message that carried the address; may be empty
	Issued time.Time
}

// Signer makes and reads the tokens of unsubscribe addresses. Whoever has a token can
// read it, but only a holder of the key can make one, as RFC 8058 section 3.1 asks
// (HMAC with SHA-256). Tokens do not expire, since a mail may be read years later. It is immutable and safe
// for concurrent use.
type Signer struct{ keys [][]byte }

const (
	minKey       = 16
	maxKeys      = 16
	macBytes     = 16 // 128 bits of the MAC
	tokenVersion = 1
	maxToken     = 2 * (4*maxName + maxKeyText + 64)
)

// NewSigner takes secret keys of at least 16 bytes. The first signs; all of them are
// tried when a token is read, so that keys can be changed. ErrUnsubscribe when there
// is none or more than 16, or one is too short.
func NewSigner(keys ...[]byte) (*Signer, error) {
	s := &Signer{}
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil, fmt.Errorf("%w: want 1 to %d keys", ErrUnsubscribe, maxKeys)
	}
	for i, k := range keys {
		if len(k) < minKey {
			return nil, fmt.Errorf("%w: key %d is shorter than %d bytes", ErrUnsubscribe, i, minKey)
		}
		s.keys = append(s.keys, append([]byte(nil), k...))
	}
	return s, nil
}

// Token writes a ticket as text that may stand in an address: letters, digits, '-'
// and '_'. Issued is kept to the second. ErrUnsubscribe for a ticket without Who, a
// field above 128 bytes (a key above 512), or one issued outside the years 1 to 9999.
// Three bytes of text take four letters, and [Headers] takes addresses of
// up to 480 bytes: fields of 300 bytes together leave room for host and path.
func (s *Signer) Token(t Ticket) (string, error) {
	if len(s.keys) == 0 {
		return "", fmt.Errorf("%w: a signer without keys", ErrUnsubscribe)
	}
	if t.Who == "" {
		return "", fmt.Errorf("%w: the ticket names nobody", ErrUnsubscribe)
	}
	if y := t.Issued.UTC().Year(); y < 1 || y > 9999 {
		return "", fmt.Errorf("%w: the ticket is issued in the year %d", ErrUnsubscribe, y)
	}
	b := []byte{tokenVersion}
	for i, text := range []string{t.Who, string(t.Scope.Channel), string(t.Scope.Purpose), t.Scope.Topic, t.Key} {
		if len(text) > maxName && (i < 4 || len(text) > maxKeyText) {
			return "", fmt.Errorf("%w: a field of the ticket is longer than %d bytes", ErrUnsubscribe, maxName)
		}
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = binary.AppendVarint(b, t.Issued.Unix())
	return base64.RawURLEncoding.EncodeToString(append(b, mac(s.keys[0], b)...)), nil
}

func mac(key, payload []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("rapport outreach unsubscribe\x00"))
	h.Write(payload)
	return h.Sum(nil)[:macBytes]
}

// Ticket reads a token. ErrUnsubscribe for one that none of the keys made.
func (s *Signer) Ticket(token string) (Ticket, error) {
	refused := fmt.Errorf("%w: token refused", ErrUnsubscribe)
	if len(token) > maxToken {
		return Ticket{}, refused
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) <= macBytes {
		return Ticket{}, refused
	}
	payload, sum := b[:len(b)-macBytes], b[len(b)-macBytes:]
	for _, key := range s.keys {
		if hmac.Equal(mac(key, payload), sum) {
			return readTicket(payload)
		}
	}
	return Ticket{}, refused
}

func readTicket(b []byte) (Ticket, error) {
	malformed := fmt.Errorf("%w: token of another version", ErrUnsubscribe)
	if b[0] != tokenVersion {
		return Ticket{}, malformed
	}
	b = b[1:]
	var text [5]string
	for i := range text {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return Ticket{}, malformed
		}
		text[i] = string(b[used : used+int(n)])
		b = b[used+int(n):]
	}
	issued, used := binary.Varint(b)
	if used != len(b) || used <= 0 {
		return Ticket{}, malformed
	}
	return Ticket{
		Who: text[0], Scope: Scope{interaction.Channel(text[1]), Purpose(text[2]), text[3]},
		Key: text[4], Issued: time.Unix(issued, 0).UTC(),
	}, nil
}

// Unsubscribe reads a token and adds its scope to the recipient's unsubscriptions
// from at on. Clicking twice changes nothing but the instant of the last click, so that
// who clicks an old mail after a new consent is unsubscribed. The host looks up o by the ticket's Who,
// which Ticket gives, and stores the result.
func (s *Signer) Unsubscribe(o Optouts, token string, at time.Time) (Optouts, Ticket, error) {
	t, err := s.Ticket(token)
	if err != nil {
		return o, Ticket{}, err
	}
	return o.Unsubscribe(t.Scope, at), t, nil
}
