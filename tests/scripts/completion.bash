# Calls the completion as bash does, with the words before the cursor, and compares what it offers. What a terminal
# would complete itself (paths) is asked for by `compopt`, which stands in for bash's own here.
# usage: completion.bash SCRIPT
set -u
# shellcheck disable=SC1090 # made by the program
. "$1"
failures=0
compopt() { asked="$asked $2"; }

# offers EXPECTED LINE: what stands after the last space of LINE is completed. EXPECTED is the offers, then what compopt
# was asked for in brackets. An expectation that ends in "..." is how the offers begin.
offers()
{
    local expected=$1 line=$2 word got
    COMP_WORDS=()
    for word in ${line//=/ = }; do COMP_WORDS+=("$word"); done
    [[ $line = *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    asked=
    _aliasfree
    got="${COMPREPLY[*]}${asked:+ [${asked# }]}"
    [[ $got = "$expected" || ($expected = *... && $got = "${expected%...}"*) ]] && return
    echo "'$line' offers '$got', not '$expected'"
    failures=$((failures + 1))
}

COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
offers 'plan filter init info convert generate metrics dataset train bench spectra video help --version --help' 'aliasfree '
offers 'generate' 'aliasfree gen'
offers '--version' 'aliasfree --v'
offers 'calc heatmap slices --help' 'aliasfree spectra '
offers 'heatmap' 'aliasfree spectra h'
offers 'dataset' 'aliasfree help da'
offers 'slices' 'aliasfree help spectra s'
offers '' 'aliasfree help spectra calc '
offers '' 'aliasfree help generate pl'
offers '--bash-completion' 'aliasfree help generate --b'
offers '' 'aliasfree nothing pl'
offers '' 'aliasfree plan --ba'
offers '--bash-completion' 'aliasfree help --b'
offers '--network= [nospace]' 'aliasfree generate --net'
offers '--noise-mode= [nospace]' 'aliasfree generate --noise'
offers '--noise' 'aliasfree plan --noise'
offers 'true false' 'aliasfree plan --noise='
offers '--npy' 'aliasfree generate --network=a.pkl --outdir out --np'
offers '--resolution=...' 'aliasfree plan '
offers 'const random none' 'aliasfree generate --noise-mode='
offers 'random' 'aliasfree generate --noise-mode=r'
offers 'random' 'aliasfree generate --noise-mode r'
offers 'stylegan3-t stylegan3-r stylegan2' 'aliasfree train --outdir=runs --cfg=style'
offers 'cpu reference' 'aliasfree spectra calc --backend='
offers ' [default]' 'aliasfree generate --network=some'
offers ' [default]' 'aliasfree generate --network '
offers ' [dirnames]' 'aliasfree generate --outdir='
offers ' [default]' 'aliasfree convert a.pkl '
offers ' [default]' 'aliasfree convert --max-memory=2G a'
offers ' [default]' 'aliasfree convert -- -a'
offers '--max-memory= [nospace]' 'aliasfree convert --max'
offers ' [default]' 'aliasfree dataset --source=one two th'
offers ' [default]' 'aliasfree dataset --source one '
offers '--dest= [nospace]' 'aliasfree dataset --source=one two --de'
offers '' 'aliasfree generate --seeds='
offers '' 'aliasfree generate -- --np'
offers '' 'aliasfree generate --no-such-option='
offers '' 'aliasfree nothing'
offers '' 'aliasfree ='

# Where readline does not break words at "=", what it replaces is the whole word.
COMP_WORDBREAKS=$' \t\n'
COMP_WORDS=(aliasfree generate --noise-mode=r) COMP_CWORD=2
_aliasfree
[[ ${COMPREPLY[*]} = --noise-mode=random ]] || { echo "offers '${COMPREPLY[*]}'"; failures=$((failures + 1)); }

exit $((failures > 0))
