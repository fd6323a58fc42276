// The operation that takes images. Serving them is a plain handler, in serve.go.

package media

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
)

// Routes registers the operations of media.
func (s *Service) Routes(api huma.API) {
	content := map[string]*huma.MediaType{}
	for k := range endings {
		content[string(k)] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	huma.Register(api, huma.Operation{
		OperationID: "upload-media", Method: http.MethodPost, Path: "/v1/media", Tags: []string{"Media"},
		Summary: "Upload an image",
		Description: "The body is the image itself: PNG, JPEG, WebP, GIF or a plain SVG, up to 10 MiB and 40 megapixels. " +
			"The same bytes sent again answer the same address.",
		DefaultStatus: http.StatusCreated,
		Security:      auth.Scope("media:write"), MaxBodyBytes: MaxSize, BodyReadTimeout: time.Minute,
		RequestBody: &huma.RequestBody{Required: true, Description: "The bytes of the image.", Content: content},
	}, s.upload)
}

type uploadOutput struct {
	Location string `header:"Location"`
	Body     StoredImage
}

func (s *Service) upload(ctx context.Context, in *struct {
	ContentType string `header:"Content-Type" maxLength:"100" hidden:"true"`
	Name        string `query:"name" maxLength:"200" example:"rye-loaf.jpg" doc:"The name that the file had; part of the address."`
	RawBody     []byte `contentType:"image/png"`
}) (*uploadOutput, error) {
	says, _, err := mime.ParseMediaType(in.ContentType)
	if _, ours := endings[kind(says)]; err != nil || !ours {
		return nil, problem.UnsupportedMedia("this takes image/png, image/jpeg, image/webp, image/gif and image/svg+xml")
	}
	if is := sniff(in.RawBody); is != "" && is != kind(says) {
		return nil, problem.UnsupportedMedia("the body is not of the type that Content-Type says")
	}
	o, err := s.Put(ctx, in.Name, in.RawBody)
	return &uploadOutput{o.URL, o}, err
}
