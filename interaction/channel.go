package interaction

import (
	"iter"
	"slices"
	"strings"
)

// A Channel is one of the field's interaction types, or one that the host adds
// (a lower-case name such as "whatsapp"). Compare with ==.
type Channel string

// The ten interaction types of the field. Their usual purposes are given by
// Purposes, their working profile by DefaultProfiles.
const (
	InPerson     Channel = "in_person"    // shop floor, or service centre such as a bank or clinic
	Phone        Channel = "phone"        // calls in and out
	Email        Channel = "email"        // letters by mail
	LiveChat     Channel = "live_chat"    // real-time text on site or app
	SocialMedia  Channel = "social_media" // public posts and the private messages that follow
	SelfService  Channel = "self_service" // FAQ, knowledge base, IVR, chatbot
	Survey       Channel = "survey"       // survey and feedback requests
	Escalated    Channel = "escalation"   // issues raised to a supervisor or to complaint handling
	Community    Channel = "community"    // forum of peers, moderated by the business
	Subscription Channel = "subscription" // billing, plans and membership service
)

// Channels lists the ten types in the field's order.
func Channels() []Channel {
	return []Channel{
		InPerson, Phone, Email, LiveChat, SocialMedia,
		SelfService, Survey, Escalated, Community, Subscription,
	}
}

// Valid reports whether the channel is a well-formed name. Whether anybody
// works it is a question to Profiles.
func (c Channel) Valid() bool { return isName(string(c)) }

// Label is the channel in plain English, for reports: "live chat",
// "survey/feedback request". A host's own channel reads as its name with spaces.
func (c Channel) Label() string {
	switch c {
	case InPerson:
		return "in person"
	case Email:
		return "e-mail"
	case SelfService:
		return "self-service"
	case Survey:
		return "survey/feedback request"
	case Escalated:
		return "escalated issue"
	case Community:
		return "community forum"
	case Subscription:
		return "subscription/membership service"
	default:
		return strings.ReplaceAll(string(c), "_", " ")
	}
}

// rank orders the ten types first, in the field's order.
func (c Channel) rank() int {
	if i := slices.Index(Channels(), c); i >= 0 {
		return i
	}
	return len(Channels())
}

func compareChannels(a, b Channel) int {
	if d := a.rank() - b.rank(); d != 0 {
		return d
	}
	return strings.Compare(string(a), string(b))
}

// A Profile says how a channel works. All of it is a default that the host may
// replace, see Profiles.With.
type Profile struct {
	Channel     Channel   `json:"channel"`
	Synchronous bool      `json:"synchronous"`         // both sides are present at once
	Public      bool      `json:"public"`              // others read along
	Assisted    bool      `json:"assisted"`            // a person of the business takes part
	Concurrency int       `json:"concurrency"`         // conversations one agent holds at once; 0: not bounded by the channel
	Reply       Target    `json:"reply,omitzero"`      // default target of the first reply; unset: none
	NextReply   Target    `json:"next_reply,omitzero"` // default target of later replies; unset: as Reply
	Purposes    []Purpose `json:"purposes"`            // what it is used for, usual ones first
}

func (p Profile) clone() Profile {
	p.Purposes = slices.Clone(p.Purposes)
	return p
}

// Validate reports every fault of the profile.
func (p Profile) Validate() error {
	var fs faults
	if !p.Channel.Valid() {
		fs.add("channel", string(p.Channel), nameRule)
	}
	if p.Concurrency < 0 {
		fs.add("concurrency", "", "is negative")
	}
	fs.under("reply", p.Reply.validate())
	fs.under("next_reply", p.NextReply.validate())
	for _, use := range p.Purposes {
		if !use.Valid() {
			fs.add("purposes", string(use), nameRule)
		}
	}
	return fs.join()
}

// Profiles is a catalogue of channel profiles. It is never changed after it was
// made, so any number of goroutines may read it.
type Profiles struct{ list []Profile }

// NewProfiles makes a catalogue of exactly these profiles. It reports every
// invalid profile and every channel that occurs twice (ErrDuplicate).
func NewProfiles(profiles ...Profile) (*Profiles, error) {
	var fs faults
	out := make([]Profile, 0, len(profiles))
	for _, p := range profiles {
		fs.under(string(p.Channel), p.Validate())
		if slices.ContainsFunc(out, func(q Profile) bool { return q.Channel == p.Channel }) {
			fs.addAs(ErrDuplicate, "channel", string(p.Channel), "has two profiles")
		}
		out = append(out, p.clone())
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Profile) int { return compareChannels(a.Channel, b.Channel) })
	return &Profiles{list: out}, nil
}

// DefaultProfiles is the catalogue of the ten types.
//
// Reply targets restate figures whose sources PublishedTargets lists: phone 20 s (the
// 80/20 staffing rule), chat 60 s and then two minutes, social media one hour,
// e-mail and the hand-off out of self-service four business hours, a first
// human answer in the community one business day, acceptance by a supervisor one
// business hour, half an hour of waiting in person. Subscription service is
// answered like e-mail; a survey request expects no reply from us. Concurrency
// (one visitor, one call, three chats, no bound on asynchronous work) is house
// judgement, not a published figure.
func DefaultProfiles() *Profiles {
	return &Profiles{list: []Profile{
		{InPerson, true, false, true, 1, Elapsed(30 * minute), Target{}, Purposes(InPerson)},
		{Phone, true, false, true, 1, Elapsed(20 * second), Target{}, Purposes(Phone)},
		{Email, false, false, true, 0, Business(4 * hour), Target{}, Purposes(Email)},
		{LiveChat, true, false, true, 3, Elapsed(60 * second), Elapsed(2 * minute), Purposes(LiveChat)},
		{SocialMedia, false, true, true, 0, Elapsed(hour), Target{}, Purposes(SocialMedia)},
		{SelfService, true, false, false, 0, Business(4 * hour), Target{}, Purposes(SelfService)},
		{Survey, false, false, false, 0, Target{}, Target{}, Purposes(Survey)},
		{Escalated, false, false, true, 0, Business(hour), Target{}, Purposes(Escalated)},
		{Community, false, true, true, 0, BusinessDays(1), Target{}, Purposes(Community)},
		{Subscription, false, false, true, 0, Business(4 * hour), Target{}, Purposes(Subscription)},
	}}
}

// With gives a new catalogue in which the given profiles replace those of the
// same channel or are added. Errors are those of NewProfiles.
func (ps *Profiles) With(profiles ...Profile) (*Profiles, error) {
	var kept []Profile
	if ps != nil {
		for _, p := range ps.list {
			if !slices.ContainsFunc(profiles, func(q Profile) bool { return q.Channel == p.Channel }) {
				kept = append(kept, p)
			}
		}
	}
	return NewProfiles(append(kept, profiles...)...)
}

// Lookup finds the profile of a channel.
func (ps *Profiles) Lookup(c Channel) (Profile, bool) {
	if ps != nil {
		for _, p := range ps.list {
			if p.Channel == c {
				return p.clone(), true
			}
		}
	}
	return Profile{}, false
}

// All gives the profiles, the ten types first, then the host's by name.
func (ps *Profiles) All() iter.Seq[Profile] {
	return func(yield func(Profile) bool) {
		if ps == nil {
			return
		}
		for _, p := range ps.list {
			if !yield(p.clone()) {
				return
			}
		}
	}
}
