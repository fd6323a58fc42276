// Leaving properties out of JSON.

package api

import (
	"bytes"
	"encoding/json"
)

// keepProperties is v as JSON with only these properties: of the object itself,
// or of each of its items. Their order stays.
func keepProperties(v any, keep map[string]bool, items bool) (json.RawMessage, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	named := func(name string, value json.RawMessage) (json.RawMessage, error) {
		if !keep[name] {
			return nil, nil
		}
		return value, nil
	}
	if !items {
		return filtered(text.Bytes(), named)
	}
	return filtered(text.Bytes(), func(name string, value json.RawMessage) (json.RawMessage, error) {
		if name != "items" {
			return value, nil
		}
		var list []json.RawMessage
		if err := json.Unmarshal(value, &list); err != nil {
			return nil, err
		}
		out := []byte{'['}
		for i, item := range list {
			thin, err := filtered(item, named)
			if err != nil {
				return nil, err
			}
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, thin...)
		}
		return append(out, ']'), nil
	})
}

// filtered writes an object anew with what each makes of its values; nil leaves
// a property out.
func filtered(object []byte, each func(name string, value json.RawMessage) (json.RawMessage, error)) (json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil { // {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteByte('{')
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		name := key.(string)
		if value, err = each(name, value); err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		out.Write(quoted)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
