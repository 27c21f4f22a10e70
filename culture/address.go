package culture

// TitleCustom is how titles are used. The zero value is not known.
type TitleCustom uint8

// The values of TitleCustom.
const (
	TitleExpected     TitleCustom = iota + 1 // a title belongs with the name
	TitleUntilInvited                        // until the person offers the first name
	TitleSparing                             // titles are rare or resented
	TitleByPlace                             // it differs within the region: ask
	Teknonym                                 // a name from the eldest child, where the person uses one
)

// String is the name in small letters with underscores, such as "title_expected"; "none" for
// the zero value.
func (v TitleCustom) String() string {
	return nameOf(v, "title custom", "title_expected", "title_until_invited", "title_sparing", "title_by_place",
		"teknonym")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v TitleCustom) MarshalText() ([]byte, error) { return named(v, TitleExpected, Teknonym) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *TitleCustom) UnmarshalText(text []byte) error { return find(v, text, TitleExpected, Teknonym) }

// titleOf reads the keys of the facts; maiden_name_kept and spouse_title_legacy tell of something else.
func titleOf(value string) (TitleCustom, bool) {
	switch value {
	case "family+honorific", "sama_for_clients", "title+surname", "bapak_ibu", "titles_ji", "sayed+given_name",
		"professional+given_name", "professional", "academic_titles", "title_or_surname", "herr_frau+academic",
		"stacked_titles", "never_omit", "gnaedige_frau", "monsieur_madame+surname", "monsieur_madame_alone", "used",
		"senor+surname", "senhor+surname", "dottore", "academic_professional", "honorifics", "pan_pani+given",
		"pan_pani+surname", "no_mr_for_superiors", "don_dona", "senora_over_senorita":
		return TitleExpected, true
	case "surname_until_invited":
		return TitleUntilInvited, true
	case "low", "none_spoken", "written_more_than_spoken", "first_name_soon":
		return TitleSparing, true
	case "by_language_region":
		return TitleByPlace, true
	case "kunya":
		return Teknonym, true
	}
	return byName(value, Teknonym)
}

// AddressCustom is the part of the name by which people are addressed. The zero value is not known.
type AddressCustom uint8

// The values of AddressCustom.
const (
	ByFamilyName         AddressCustom = iota + 1 // the family name
	ByTitleAndFamilyName                          // a title with the family name
	ByTitleAndGivenName                           // a title with the given name
	ByGivenName                                   // the given name
	ByGivenAndPatronymic                          // given name and patronymic
	ByTitle                                       // the title or position, not the given name
	ByInvitation                                  // the first name only when invited
	ByFullName                                    // the whole name
	AsIntroduced                                  // as people introduce themselves; ask
)

// String is the name in small letters with underscores, such as "by_family_name"; "none" for
// the zero value.
func (v AddressCustom) String() string {
	return nameOf(v, "address custom", "by_family_name", "by_title_and_family_name", "by_title_and_given_name",
		"by_given_name", "by_given_and_patronymic", "by_title", "by_invitation", "by_full_name", "as_introduced")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v AddressCustom) MarshalText() ([]byte, error) { return named(v, ByFamilyName, AsIntroduced) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *AddressCustom) UnmarshalText(text []byte) error {
	return find(v, text, ByFamilyName, AsIntroduced)
}

// addressOf reads the keys of the facts; middle_initial_is_mothers and feminine_surname tell of something else.
func addressOf(value string) (AddressCustom, bool) {
	switch value {
	case "family_name", "surname", "surname_at_work", "paternal_surname":
		return ByFamilyName, true
	case "family_name+title", "title+surname", "senor+surname", "surname+position", "title_until_told",
		"herr_fru_for_visitors", "surname_then_nickname":
		return ByTitleAndFamilyName, true
	case "given_name+title", "khun+given_name", "senhor+given_name", "malay_patronymic":
		return ByTitleAndGivenName, true
	case "given_name", "first_name", "first_name_soon":
		return ByGivenName, true
	case "given+patronymic":
		return ByGivenAndPatronymic, true
	case "title_not_given_name":
		return ByTitle, true
	case "first_name_on_invitation", "no_first_name_cold_contact":
		return ByInvitation, true
	case "full_name_disambiguates", "no_mr_ms_patronymic", "some_prefer_both", "keep_generation_name":
		return ByFullName, true
	case "follow_self_introduction", "wife_naming_varies", "which_surname_disputed", "western_given_name",
		"nickname", "own_surname_after_marriage":
		return AsIntroduced, true
	}
	return byName(value, AsIntroduced)
}

// ChannelChoice is the channel that is preferred. The zero value is not known.
type ChannelChoice uint8

// The values of ChannelChoice.
const (
	InPerson  ChannelChoice = iota + 1 // face to face
	ByPhone                            // a call
	ByEmail                            // e-mail
	InWriting                          // in writing, after a call too
)

// String is the name in small letters with underscores, such as "in_person"; "none" for
// the zero value.
func (v ChannelChoice) String() string {
	return nameOf(v, "channel", "in_person", "by_phone", "by_email", "in_writing")
}

// MarshalText writes the name; a value that is none of these is ErrName.
func (v ChannelChoice) MarshalText() ([]byte, error) { return named(v, InPerson, InWriting) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (v *ChannelChoice) UnmarshalText(text []byte) error { return find(v, text, InPerson, InWriting) }

// channelOf reads the keys of the facts.
func channelOf(value string) (ChannelChoice, bool) {
	switch value {
	case "face_to_face":
		return InPerson, true
	case "call_direct":
		return ByPhone, true
	case "email_ok":
		return ByEmail, true
	case "written_follow_up":
		return InWriting, true
	}
	return byName(value, InWriting)
}
