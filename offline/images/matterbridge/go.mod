module matrix-synapse/offline/images/matterbridge

go 1.26.0

tool github.com/42wim/matterbridge

require github.com/42wim/matterbridge v1.26.0
require (
	github.com/42wim/go-gitter v0.0.0-20170828205020-017310c2d557
	github.com/Baozisoftware/qrcode-terminal-go v0.0.0-20170407111555-c0650d8dff0f
	github.com/Benau/tgsconverter v0.0.0-20210809170556-99f4a4f6337f
	github.com/Philipp15b/go-steam v1.0.1-0.20200727090957-6ae9b3c0a560
	github.com/Rhymen/go-whatsapp v0.1.2-0.20211102134409-31a2e740845c
	github.com/SevereCloud/vksdk/v2 v2.15.0
	github.com/bwmarrin/discordgo v0.27.0
	github.com/d5/tengo/v2 v2.13.0
	github.com/davecgh/go-spew v1.1.1
	github.com/fsnotify/fsnotify v1.6.0
	github.com/go-telegram-bot-api/telegram-bot-api/v5 v5.5.1
	github.com/gomarkdown/markdown v0.0.0-20221013030248-663e2500819c
	github.com/google/gops v0.3.26
	github.com/gorilla/schema v1.2.0
	github.com/gorilla/websocket v1.5.0
	github.com/harmony-development/shibshib v0.0.0-20220101224523-c98059d09cfa
	github.com/hashicorp/golang-lru v0.6.0
	github.com/jpillora/backoff v1.0.0
	github.com/keybase/go-keybase-chat-bot v0.0.0-20221220212439-e48d9abd2c20
	github.com/kyokomi/emoji/v2 v2.2.11
	github.com/labstack/echo/v4 v4.10.0
	github.com/lrstanley/girc v0.0.0-20221222153823-a92667a5c9b4
	github.com/matterbridge/Rocket.Chat.Go.SDK v0.0.0-20211016222428-79310a412696
	github.com/matterbridge/go-xmpp v0.0.0-20211030125215-791a06c5f1be
	github.com/matterbridge/gomatrix v0.0.0-20220411225302-271e5088ea27
	github.com/matterbridge/gozulipbot v0.0.0-20211023205727-a19d6c1f3b75
	github.com/matterbridge/logrus-prefixed-formatter v0.5.3-0.20200523233437-d971309a77ba
	github.com/matterbridge/matterclient v0.0.0-20220624224459-272af20c7ddf
	github.com/mattermost/mattermost-server/v5 v5.39.3
	github.com/mattermost/mattermost-server/v6 v6.7.2
	github.com/mattn/godown v0.0.1
	github.com/mdp/qrterminal v1.0.1
	github.com/nelsonken/gomf v0.0.0-20190423072027-c65cc0469e94
	github.com/paulrosania/go-charset v0.0.0-20190326053356-55c9d7a5834c
	github.com/rs/xid v1.4.0
	github.com/russross/blackfriday v1.6.0
	github.com/saintfish/chardet v0.0.0-20230101081208-5e3ef4b5456d
	github.com/shazow/ssh-chat v1.10.1
	github.com/sirupsen/logrus v1.9.0
	github.com/slack-go/slack v0.12.1
	github.com/spf13/viper v1.15.0
	github.com/stretchr/testify v1.8.1
	github.com/vincent-petithory/dataurl v1.0.0
	github.com/writeas/go-strip-markdown v2.0.1+incompatible
	github.com/yaegashi/msgraph.go v0.1.4
	github.com/zfjagann/golang-ring v0.0.0-20220330170733-19bcea1b6289
	go.mau.fi/whatsmeow v0.0.0-20230128195103-dcbc8dd31a22
	golang.org/x/image v0.3.0
	golang.org/x/oauth2 v0.4.0
	golang.org/x/text v0.6.0
	google.golang.org/protobuf v1.28.1
	gopkg.in/olahol/melody.v1 v1.0.0-20170518105555-d52139073376
	layeh.com/gumble v0.0.0-20221205141517-d1df60a3cc14
	modernc.org/sqlite v1.20.3
)
require (
	filippo.io/edwards25519 v1.0.0 // indirect
	github.com/Benau/go_rlottie v0.0.0-20210807002906-98c1b2421989 // indirect
	github.com/Jeffail/gabs v1.4.0 // indirect
	github.com/apex/log v1.9.0 // indirect
	github.com/av-elier/go-decimal-to-rational v0.0.0-20191127152832-89e6aad02ecf // indirect
	github.com/blang/semver v3.5.1+incompatible // indirect
	github.com/dustin/go-humanize v1.0.0 // indirect
	github.com/dyatlov/go-opengraph v0.0.0-20210112100619-dae8665a5b09 // indirect
	github.com/francoispqt/gojay v1.2.13 // indirect
	github.com/go-asn1-ber/asn1-ber v1.5.3 // indirect
	github.com/golang-jwt/jwt v3.2.2+incompatible // indirect
	github.com/golang/protobuf v1.5.2 // indirect
	github.com/google/uuid v1.3.0 // indirect
	github.com/gopackage/ddp v0.0.3 // indirect
	github.com/graph-gophers/graphql-go v1.3.0 // indirect
	github.com/hashicorp/errwrap v1.1.0 // indirect
	github.com/hashicorp/go-multierror v1.1.1 // indirect
	github.com/hashicorp/hcl v1.0.0 // indirect
	github.com/json-iterator/go v1.1.12 // indirect
	github.com/kballard/go-shellquote v0.0.0-20180428030007-95032a82bc51 // indirect
	github.com/kettek/apng v0.0.0-20191108220231-414630eed80f // indirect
	github.com/klauspost/compress v1.15.8 // indirect
	github.com/klauspost/cpuid/v2 v2.0.12 // indirect
	github.com/labstack/gommon v0.4.0 // indirect
	github.com/magiconair/properties v1.8.7 // indirect
	github.com/mattermost/go-i18n v1.11.1-0.20211013152124-5c415071e404 // indirect
	github.com/mattermost/ldap v0.0.0-20201202150706-ee0e6284187d // indirect
	github.com/mattermost/logr v1.0.13 // indirect
	github.com/mattermost/logr/v2 v2.0.15 // indirect
	github.com/mattn/go-colorable v0.1.13 // indirect
	github.com/mattn/go-isatty v0.0.16 // indirect
	github.com/mattn/go-runewidth v0.0.13 // indirect
	github.com/mgutz/ansi v0.0.0-20200706080929-d51e80ef957d // indirect
	github.com/minio/md5-simd v1.1.2 // indirect
	github.com/minio/minio-go/v7 v7.0.24 // indirect
	github.com/minio/sha256-simd v1.0.0 // indirect
	github.com/mitchellh/go-homedir v1.1.0 // indirect
	github.com/mitchellh/mapstructure v1.5.0 // indirect
	github.com/modern-go/concurrent v0.0.0-20180306012644-bacd9c7ef1dd // indirect
	github.com/modern-go/reflect2 v1.0.2 // indirect
	github.com/monaco-io/request v1.0.5 // indirect
	github.com/mreiferson/go-httpclient v0.0.0-20201222173833-5e475fde3a4d // indirect
	github.com/mrexodia/wray v0.0.0-20160318003008-78a2c1f284ff // indirect
	github.com/opentracing/opentracing-go v1.2.0 // indirect
	github.com/pborman/uuid v1.2.1 // indirect
	github.com/pelletier/go-toml v1.9.5 // indirect
	github.com/pelletier/go-toml/v2 v2.0.6 // indirect
	github.com/philhofer/fwd v1.1.1 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20200410134404-eec4a21b6bb0 // indirect
	github.com/rickb777/date v1.12.4 // indirect
	github.com/rickb777/plural v1.2.0 // indirect
	github.com/rivo/uniseg v0.2.0 // indirect
	github.com/shazow/rateio v0.0.0-20200113175441-4461efc8bdc4 // indirect
	github.com/sizeofint/webpanimation v0.0.0-20210809145948-1d2b32119882 // indirect
	github.com/skip2/go-qrcode v0.0.0-20190110000554-dc11ecdae0a9 // indirect
	github.com/spf13/afero v1.9.3 // indirect
	github.com/spf13/cast v1.5.0 // indirect
	github.com/spf13/jwalterweatherman v1.1.0 // indirect
	github.com/spf13/pflag v1.0.5 // indirect
	github.com/subosito/gotenv v1.4.2 // indirect
	github.com/tinylib/msgp v1.1.6 // indirect
	github.com/valyala/bytebufferpool v1.0.0 // indirect
	github.com/valyala/fasttemplate v1.2.2 // indirect
	github.com/vmihailenco/msgpack/v5 v5.3.5 // indirect
	github.com/vmihailenco/tagparser/v2 v2.0.0 // indirect
	github.com/wiggin77/cfg v1.0.2 // indirect
	github.com/wiggin77/merror v1.0.3 // indirect
	github.com/wiggin77/srslog v1.0.1 // indirect
	go.mau.fi/libsignal v0.1.0 // indirect
	go.uber.org/atomic v1.9.0 // indirect
	go.uber.org/multierr v1.8.0 // indirect
	go.uber.org/zap v1.21.0 // indirect
	golang.org/x/crypto v0.4.0 // indirect
	golang.org/x/mod v0.6.0-dev.0.20220419223038-86c51ed26bb4 // indirect
	golang.org/x/net v0.5.0 // indirect
	golang.org/x/sys v0.4.0 // indirect
	golang.org/x/term v0.4.0 // indirect
	golang.org/x/time v0.2.0 // indirect
	golang.org/x/tools v0.1.12 // indirect
	google.golang.org/appengine v1.6.7 // indirect
	gopkg.in/ini.v1 v1.67.0 // indirect
	gopkg.in/natefinch/lumberjack.v2 v2.0.0 // indirect
	gopkg.in/yaml.v2 v2.4.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
	lukechampine.com/uint128 v1.2.0 // indirect
	modernc.org/cc/v3 v3.40.0 // indirect
	modernc.org/ccgo/v3 v3.16.13 // indirect
	modernc.org/libc v1.22.2 // indirect
	modernc.org/mathutil v1.5.0 // indirect
	modernc.org/memory v1.4.0 // indirect
	modernc.org/opt v0.1.3 // indirect
	modernc.org/strutil v1.1.3 // indirect
	modernc.org/token v1.0.1 // indirect
	rsc.io/qr v0.2.0 // indirect
)
