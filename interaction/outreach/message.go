package outreach

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Purpose is what a message is for; consent is given by purpose. Hosts name their own.
type Purpose string

// Purposes that most hosts have.
const (
	Service   Purpose = "service"   // about the recipient's own order, case or account
	Marketing Purpose = "marketing" // offers, newsletters
	Research  Purpose = "research"  // surveys and requests for feedback
)

// Message is what a host wants to send to one recipient.
type Message struct {
	// Key names the message for ever: a key that was sent once is never sent again.
	Key string `json:"key"`
	// Channels in order of preference. Without the policy's fallback only the first counts.
	Channels []interaction.Channel `json:"channels"`
	Purpose  Purpose               `json:"purpose"`
	Topic    string                `json:"topic,omitempty"`   // newsletter, tips; may be empty
	Expires  time.Time             `json:"expires,omitzero"`  // first instant at which it is worthless; zero: never
	Template string                `json:"template,omitzero"` // the host's content; not looked at
}

// Validate reports every fault: a key of 1 to 512 bytes, a purpose of 1 to 128 and 1 to 16
// channels are required, and no channel may come twice. Each unwraps to [ErrMessage].
func (m *Message) Validate() error {
	fs := faults{err: ErrMessage}
	switch {
	case m.Key == "":
		fs.add("Key", nil, "is required")
	case len(m.Key) > maxKeyText:
		fs.add("Key", m.Key, fmt.Sprintf("is longer than %d bytes", maxKeyText))
	}
	fs.name("Purpose", string(m.Purpose), true)
	fs.name("Topic", m.Topic, false)
	checkChannels(&fs, "Channels", m.Channels, true)
	return fs.join()
}

// maxKeyText leaves room for the keys of sequences, which name sequence, run, step and recipient.
const (
	maxChannels = 16
	maxKeyText  = 512
)

func checkChannels(fs *faults, field string, list []interaction.Channel, required bool) {
	if required && len(list) == 0 {
		fs.add(field, nil, "is required")
	}
	if len(list) > maxChannels {
		fs.add(field, len(list), fmt.Sprintf("has more than %d channels", maxChannels))
		return
	}
	for i, ch := range list {
		fs.name(fmt.Sprintf("%s[%d]", field, i), string(ch), true)
		if slices.Contains(list[:i], ch) {
			fs.add(fmt.Sprintf("%s[%d]", field, i), ch, "comes twice")
		}
	}
}

// valid is Validate's answer without its words.
func (m *Message) valid() bool {
	named := func(s string) bool { return s != "" && len(s) <= maxName }
	if m.Key == "" || len(m.Key) > maxKeyText || !named(string(m.Purpose)) || len(m.Topic) > maxName || len(m.Channels) == 0 || len(m.Channels) > maxChannels {
		return false
	}
	for i, ch := range m.Channels {
		if !named(string(ch)) || slices.Contains(m.Channels[:i], ch) {
			return false
		}
	}
	return true
}
