package secret

// A passphrase is five words of three syllables, a consonant and a vowel
// each, such as kobani-tusile-…: 64 syllables make 6 bits each, 90 bits in
// all. They can be read out over the telephone in most languages: no c, q, x
// or y, and no e, which sounds like i in some.
const (
	consonants = "bdfghjklmnprstvz"
	vowels     = "aiou"

	wordsInPhrase   = 5
	syllablesInWord = 3
)

// PassphraseBits is the entropy of a generated passphrase.
const PassphraseBits = wordsInPhrase * syllablesInWord * 6

func passphrase() []byte {
	var phrase []byte
	for word := range wordsInPhrase {
		if word > 0 {
			phrase = append(phrase, '-')
		}
		first, second := draw(syllablesInWord, []byte(consonants)), draw(syllablesInWord, []byte(vowels))
		for i := range syllablesInWord {
			phrase = append(phrase, first[i], second[i])
		}
	}
	return phrase
}
