# Above, _aliasfree_table tells what may follow each command: the commands of a group, <file> for arguments, and options.
# Behind an option's name stands what its value is: =one|two, =<file>, =<folder>, =<files> (up to the next option), or =
# for any text; in brackets where it may be left out.

# What stands in the table for option $2 of command $1, without its name and brackets.
_aliasfree_value()
{
    local entry
    for entry in $(_aliasfree_table "$1"); do
        case $entry in
            "$2" | "$2"=*) echo "${entry#"$2"}" ;;
            "$2"\[*) entry=${entry#"$2["} && echo "${entry%]}" ;;
        esac
    done
}

# Offers values of the kind $1 that begin with $2; $3 is put in front of each.
_aliasfree_offer()
{
    case $1 in
        '=<file>' | '=<files>') compopt -o default ;;
        '=<folder>') compopt -o dirnames ;;
        =?*)
            local words=${1#=}
            mapfile -t COMPREPLY < <(compgen -P "$3" -W "${words//|/ }" -- "$2")
            ;;
    esac
}

_aliasfree()
{
    local words=() word joined=no command='' open='' only_arguments=no arguments=no prefix='' entries entry offers=()
    local -i i
    local -
    set -f # <file>, [=true|false] are no patterns
    COMPREPLY=()

    # As the user wrote them: where readline breaks words at "=", it stands in a word of its own.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $joined = yes || ($word = '='* && ${#words[@]} -gt 0 && ${words[-1]} = --*) ]]; then
            words[-1]+=$word
            [[ $word = '=' ]] && joined=yes || joined=no
        else
            words+=("$word")
        fi
    done
    local current=${words[-1]}
    unset 'words[-1]'

    # The command, of a group too.
    for ((i = 0; i < ${#words[@]}; i++)); do
        word=${command:+$command }${words[i]}
        [[ -n $(_aliasfree_table "$word") ]] || break
        command=$word
    done

    # The option whose value stands at the cursor, and whether there are words that belong to none.
    for word in "${words[@]:i}"; do
        case $word in
            --) only_arguments=yes open= ;;
            --*=*) open=${word%%=*} && [[ $(_aliasfree_value "$command" "$open") = '=<files>' ]] || open= ;;
            --*) open=$word ;;
            *)
                [[ -n $open && -n $(_aliasfree_value "$command" "$open") ]] || arguments=yes
                [[ $(_aliasfree_value "$command" "$open") = '=<files>' ]] || open=
                ;;
        esac
    done

    entries=$(_aliasfree_table "$command")
    if [[ $current = --*=* && $only_arguments = no ]]; then
        [[ $COMP_WORDBREAKS = *=* ]] || prefix=${current%%=*}=
        _aliasfree_offer "$(_aliasfree_value "$command" "${current%%=*}")" "${current#*=}" "$prefix"
        return
    fi
    if [[ $current != -* && $only_arguments = no && -n $(_aliasfree_value "$command" "$open") ]]; then
        _aliasfree_offer "$(_aliasfree_value "$command" "$open")" "$current" ''
        return
    fi
    for entry in $entries; do
        case $entry in
            '<file>')
                [[ $current = -* && $only_arguments = no ]] && continue
                compopt -o default
                return
                ;;
            --*\[*) offers+=("${entry%%\[*}") ;;
            --*=*) offers+=("${entry%%=*}=") ;;
            --*) offers+=("$entry") ;;
            *) [[ $arguments = yes ]] || offers+=("$entry") ;; # of commands one is enough
        esac
    done
    [[ $only_arguments = no ]] && mapfile -t COMPREPLY < <(compgen -W "${offers[*]}" -- "$current")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} = *= ]] && compopt -o nospace
    return 0
}

complete -F _aliasfree aliasfree
