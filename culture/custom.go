package culture

// ApologyStyle is what makes an apology one. The zero value is not known.
type ApologyStyle uint8

// The values of ApologyStyle.
const (
	RegretFirst         ApologyStyle = iota + 1 // regret before any reason; a reason given first sounds like an excuse
	VisibleEffort                               // sincerity shows in the effort to put it right
	SharedRegret                                // regret restores trust even without personal fault
	RespectfulTreatment                         // how the person is treated weighs more than compensation
	OwnedFault                                  // an apology is heard as taking the blame: own the fault there is, and no other
)

// String is the name in small letters with underscores, such as "regret_first"; "none" for
// the zero value.
func (v ApologyStyle) String() string {
	return nameOf(v, "apology", "regret_first", "visible_effort", "shared_regret", "respectful_treatment",
		"owned_fault")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v ApologyStyle) MarshalText() ([]byte, error) { return named(v, RegretFirst, OwnedFault) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *ApologyStyle) UnmarshalText(text []byte) error {
	return find(v, text, RegretFirst, OwnedFault)
}

// apologyOf reads the keys of the facts.
func apologyOf(value string) (ApologyStyle, bool) {
	switch value {
	case "apologise_first_no_excuse":
		return RegretFirst, true
	case "collective_regret":
		return SharedRegret, true
	case "interactional_justice":
		return RespectfulTreatment, true
	case "blame_or_credibility":
		return OwnedFault, true
	}
	return byName(value, OwnedFault)
}

// NegotiationStyle is the pace and the standing of a negotiation. The zero value is not known.
type NegotiationStyle uint8

// The values of NegotiationStyle.
const (
	QuickDecision      NegotiationStyle = iota + 1 // decisions come fast
	DeliberateDecision                             // decisions take time and detail
	ConsensusDecision                              // everybody concerned agrees first
	RelationshipFirst                              // trust comes before the matter
	BargainingExpected                             // a first offer is a start
	TopDecides                                     // only the person with most authority decides
	NoPressure                                     // pressure and exaggeration count against the speaker
)

// String is the name in small letters with underscores, such as "quick_decision"; "none" for
// the zero value.
func (v NegotiationStyle) String() string {
	return nameOf(v, "negotiation", "quick_decision", "deliberate_decision", "consensus_decision",
		"relationship_first", "bargaining_expected", "top_decides", "no_pressure")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v NegotiationStyle) MarshalText() ([]byte, error) { return named(v, QuickDecision, NoPressure) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *NegotiationStyle) UnmarshalText(text []byte) error {
	return find(v, text, QuickDecision, NoPressure)
}

// negotiationOf reads the keys of the facts; public_private_separate tells of something else.
func negotiationOf(value string) (NegotiationStyle, bool) {
	switch value {
	case "fast":
		return QuickDecision, true
	case "planned_detailed", "cautious_detailed", "unhurried", "slow", "patient", "no_rush":
		return DeliberateDecision, true
	case "consensus", "consensus_patient":
		return ConsensusDecision, true
	case "relationship_prerequisite", "relationship_patience", "relationship_at_table", "slow_relationship",
		"slow_trust", "trust_first", "trust_over_logic", "first_meeting_rapport", "meal_relationship":
		return RelationshipFirst, true
	case "bargaining", "bargain", "hard_line":
		return BargainingExpected, true
	case "hierarchical", "formal_hierarchy":
		return TopDecides, true
	case "contracts_concise_no_pressure", "no_hyperbole":
		return NoPressure, true
	}
	return byName(value, NoPressure)
}

// GreetingForm is how a meeting opens. The zero value is not known.
type GreetingForm uint8

// The values of GreetingForm.
const (
	Handshake      GreetingForm = iota + 1 // a handshake
	CardExchange                           // business cards, with both hands
	BowFirst                               // a bow
	OtherLeads                             // wait for the other person's lead before offering a hand
	SeniorFirst                            // the senior or eldest person first
	EachPerson                             // everybody in turn
	SpokenGreeting                         // words with a fixed form
	AskWellbeing                           // ask after health and family, without haste
	LocalGesture                           // a gesture of the place, such as the wai
	CheekKiss                              // a kiss on the cheek among people who know each other
)

// String is the name in small letters with underscores, such as "handshake"; "none" for
// the zero value.
func (v GreetingForm) String() string {
	return nameOf(v, "greeting", "handshake", "card_exchange", "bow_first", "other_leads", "senior_first",
		"each_person", "spoken_greeting", "ask_wellbeing", "local_gesture", "cheek_kiss")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v GreetingForm) MarshalText() ([]byte, error) { return named(v, Handshake, CheekKiss) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *GreetingForm) UnmarshalText(text []byte) error { return find(v, text, Handshake, CheekKiss) }

// greetingOf reads the keys of the facts.
func greetingOf(value string) (GreetingForm, bool) {
	switch value {
	case "handshake_full_name", "handshake_coffee", "forearm_handshake", "shalom_handshake", "handshake_no_ciao",
		"firm_handshake", "light_handshake", "formal_handshake":
		return Handshake, true
	case "two_hands_card", "study_card":
		return CardExchange, true
	case "bow_then_handshake":
		return BowFirst, true
	case "wait_for_woman", "women_may_not_shake", "handshake_varies":
		return OtherLeads, true
	case "elder_first", "senior_first_right_hand":
		return SeniorFirst, true
	case "handshake_all", "handshake_each", "everyone_incl_children":
		return EachPerson, true
	case "gruezi", "bonjour_first", "buenos_dias", "by_time_of_day", "how_are_you", "name_on_phone":
		return SpokenGreeting, true
	case "health_family", "do_not_rush":
		return AskWellbeing, true
	case "wai_return", "wai_not_expected":
		return LocalGesture, true
	case "men_may_kiss", "kiss_in_latin_regions":
		return CheekKiss, true
	}
	return byName(value, CheekKiss)
}

// GiftCustom is whether and how gifts are given. The zero value is not known.
type GiftCustom uint8

// The values of GiftCustom.
const (
	GiftExpected GiftCustom = iota + 1 // small gifts are part of it
	GiftModest                         // modest, and within rules
	GiftGenerous                       // good quality counts
	GiftLater                          // not at the first meeting; wait
	GiftUnopened                       // it is not opened in front of the giver
	GiftOpened                         // it is opened at once
	GiftTaboo                          // some things are not given; see the guidance
	GiftByFaith                        // faith decides what fits; ask
	GiftByHand                         // which hand gives, and from whom, matters
	NoTip                              // no tips
)

// String is the name in small letters with underscores, such as "gift_expected"; "none" for
// the zero value.
func (v GiftCustom) String() string {
	return nameOf(v, "gift", "gift_expected", "gift_modest", "gift_generous", "gift_later", "gift_unopened",
		"gift_opened", "gift_taboo", "gift_by_faith", "gift_by_hand", "no_tip")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v GiftCustom) MarshalText() ([]byte, error) { return named(v, GiftExpected, NoTip) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *GiftCustom) UnmarshalText(text []byte) error { return find(v, text, GiftExpected, NoTip) }

// giftOf reads the keys of the facts.
func giftOf(value string) (GiftCustom, bool) {
	switch value {
	case "customary_modest", "small_first_meeting":
		return GiftExpected, true
	case "modest", "limited", "home_visit", "wrapped_reciprocal":
		return GiftModest, true
	case "quality":
		return GiftGenerous, true
	case "after_deal_public", "after_business", "wait", "not_at_start", "no_logo_not_first":
		return GiftLater, true
	case "wrapped_not_opened", "not_opened", "opened_later", "two_hands_not_opened", "right_hand_not_opened":
		return GiftUnopened, true
	case "opened_at_once", "opened_on_receipt":
		return GiftOpened, true
	case "avoid_clock", "avoid_four", "avoid_clock_blade", "avoid_blades", "odd_flowers", "flower_taboo",
		"no_white_lilies", "no_purple_black", "odd_no_white_yellow", "no_flowers", "connotations":
		return GiftTaboo, true
	case "religious_care", "alcohol_care", "no_wine_whisky_ok", "no_alcohol_unless_known", "by_ethnic_origin":
		return GiftByFaith, true
	case "right_or_both_hands", "from_female_relative":
		return GiftByHand, true
	case "no_tipping":
		return NoTip, true
	}
	return byName(value, NoTip)
}

// FaceConcern is what harms standing before others. The zero value is not known.
type FaceConcern uint8

// The values of FaceConcern.
const (
	KeepHarmony       FaceConcern = iota + 1 // agreement before one's own view
	ProtectReputation                        // embarrassment, even by accident, does lasting harm
	CorrectInPrivate                         // a fault is named in private only
	StayCalm                                 // temper shown is face lost
	NoPublicPraise                           // praise before others can embarrass
	HonourSeniors                            // elders and seniors first
)

// String is the name in small letters with underscores, such as "keep_harmony"; "none" for
// the zero value.
func (v FaceConcern) String() string {
	return nameOf(v, "face concern", "keep_harmony", "protect_reputation", "correct_in_private", "stay_calm",
		"no_public_praise", "honour_seniors")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v FaceConcern) MarshalText() ([]byte, error) { return named(v, KeepHarmony, HonourSeniors) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *FaceConcern) UnmarshalText(text []byte) error {
	return find(v, text, KeepHarmony, HonourSeniors)
}

// faceOf reads the keys of the facts.
func faceOf(value string) (FaceConcern, bool) {
	switch value {
	case "harmony":
		return KeepHarmony, true
	case "protect", "reputation", "kibun", "high", "hiya", "saving_face":
		return ProtectReputation, true
	case "no_public_rebuke", "private_criticism", "indirect_negative":
		return CorrectInPrivate, true
	case "no_temper":
		return StayCalm, true
	case "respect_elders":
		return HonourSeniors, true
	}
	return byName(value, HonourSeniors)
}

// NonVerbalCue is silence, gaze, hands and distance. The zero value is not known.
type NonVerbalCue uint8

// The values of NonVerbalCue.
const (
	SilenceIsFine    NonVerbalCue = iota + 1 // a pause is thought, not a gap to fill
	RightOrBothHands                         // things pass with the right hand or both
	LittleGaze                               // strong eye contact can be too much
	SteadyGaze                               // eye contact shows sincerity
	ReadSignals                              // expression weighs as much as words
	GestureTaboo                             // some gestures offend; see the guidance
	CloseDistance                            // people stand close
	LittleTouch                              // people touch little
)

// String is the name in small letters with underscores, such as "silence_is_fine"; "none" for
// the zero value.
func (v NonVerbalCue) String() string {
	return nameOf(v, "non-verbal cue", "silence_is_fine", "right_or_both_hands", "little_gaze", "steady_gaze",
		"read_signals", "gesture_taboo", "close_distance", "little_touch")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v NonVerbalCue) MarshalText() ([]byte, error) { return named(v, SilenceIsFine, LittleTouch) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *NonVerbalCue) UnmarshalText(text []byte) error {
	return find(v, text, SilenceIsFine, LittleTouch)
}

// nonVerbalOf reads the keys of the facts.
func nonVerbalOf(value string) (NonVerbalCue, bool) {
	switch value {
	case "silence_ok", "pause_ok", "silence_no_interrupt":
		return SilenceIsFine, true
	case "two_hands", "right_hand", "soles_right_hand":
		return RightOrBothHands, true
	case "eye_contact_junior", "rural_eye_contact":
		return LittleGaze, true
	case "eye_contact":
		return SteadyGaze, true
	case "body_language":
		return ReadSignals, true
	case "head_feet", "left_hand_thumb", "gestures", "gloves_off":
		return GestureTaboo, true
	}
	return byName(value, LittleTouch)
}

// ServiceCustom is what good service is taken to be. The zero value is not known.
type ServiceCustom uint8

// The values of ServiceCustom.
const (
	FewChannels  ServiceCustom = iota + 1 // people use few channels
	ManyChannels                          // people use four channels or more: keep one history
	PromptReply                           // answers and calls back without delay
	PatientReply                          // answers may take their time
	PlainClaims                           // no superlatives, no self-praise
	SamePerson                            // the relationship is with a person: keep the contact
	Reconfirm                             // confirm an appointment the day before
	KeptWord                              // a word given binds like a contract
)

// String is the name in small letters with underscores, such as "few_channels"; "none" for
// the zero value.
func (v ServiceCustom) String() string {
	return nameOf(v, "service custom", "few_channels", "many_channels", "prompt_reply", "patient_reply", "plain_claims",
		"same_person", "reconfirm", "kept_word")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v ServiceCustom) MarshalText() ([]byte, error) { return named(v, FewChannels, KeptWord) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *ServiceCustom) UnmarshalText(text []byte) error { return find(v, text, FewChannels, KeptWord) }

// serviceOf reads the keys of the facts.
func serviceOf(value string) (ServiceCustom, bool) {
	switch value {
	case "four_channels", "five_channels":
		return ManyChannels, true
	case "slow_email":
		return PatientReply, true
	case "no_superlatives", "self_deprecation", "no_overstatement", "no_exaggeration", "modesty":
		return PlainClaims, true
	case "same_contact_person":
		return SamePerson, true
	case "reconfirm_day_before":
		return Reconfirm, true
	case "keep_word":
		return KeptWord, true
	}
	return byName(value, KeptWord)
}
