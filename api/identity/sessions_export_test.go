package identity

// NewCode is newCode.
var NewCode = newCode

// ReadCode is readCode.
var ReadCode = readCode

// BrowserWords is browserWords.
var BrowserWords = browserWords

// ReadAssertion tells whether readAssertion takes an answer.
func ReadAssertion(response []byte) bool { _, ok := readAssertion(response); return ok }

// ReadAttestation tells whether readAttestation takes an answer.
func ReadAttestation(response []byte) bool { _, ok := readAttestation(response); return ok }
