#include "contract/expressions/properties.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "contract/expressions/unicode.h"

namespace penstock::contract {

namespace {

struct Name {
  std::string_view alias;
  std::string_view name;  // As RE2 knows it, if it does.
};

// Unicode's PropertyValueAliases.txt has them as "gc". C, Cn, Cs and LC are made of others.
constexpr Name kCategories[] = {
    {"Cased_Letter", "LC"},
    {"Close_Punctuation", "Pe"},
    {"Combining_Mark", "M"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Lowercase_Letter", "Ll"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other", "C"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"Paragraph_Separator", "Zp"},
    {"Private_Use", "Co"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Unassigned", "Cn"},
    {"Uppercase_Letter", "Lu"},
    {"cntrl", "Cc"},
    {"digit", "Nd"},
    {"punct", "P"},
};

// The same file has them as "sc". RE2 does not know those that are newer than its tables.
constexpr Name kScripts[] = {
    {"Adlm", "Adlam"},
    {"Aghb", "Caucasian_Albanian"},
    {"Ahom", "Ahom"},
    {"Arab", "Arabic"},
    {"Armi", "Imperial_Aramaic"},
    {"Armn", "Armenian"},
    {"Avst", "Avestan"},
    {"Bali", "Balinese"},
    {"Bamu", "Bamum"},
    {"Bass", "Bassa_Vah"},
    {"Batk", "Batak"},
    {"Beng", "Bengali"},
    {"Berf", "Beria_Erfe"},
    {"Bhks", "Bhaiksuki"},
    {"Bopo", "Bopomofo"},
    {"Brah", "Brahmi"},
    {"Brai", "Braille"},
    {"Bugi", "Buginese"},
    {"Buhd", "Buhid"},
    {"Cakm", "Chakma"},
    {"Cans", "Canadian_Aboriginal"},
    {"Cari", "Carian"},
    {"Cham", "Cham"},
    {"Cher", "Cherokee"},
    {"Chrs", "Chorasmian"},
    {"Copt", "Coptic"},
    {"Cpmn", "Cypro_Minoan"},
    {"Cprt", "Cypriot"},
    {"Cyrl", "Cyrillic"},
    {"Deva", "Devanagari"},
    {"Diak", "Dives_Akuru"},
    {"Dogr", "Dogra"},
    {"Dsrt", "Deseret"},
    {"Dupl", "Duployan"},
    {"Egyp", "Egyptian_Hieroglyphs"},
    {"Elba", "Elbasan"},
    {"Elym", "Elymaic"},
    {"Ethi", "Ethiopic"},
    {"Gara", "Garay"},
    {"Geor", "Georgian"},
    {"Glag", "Glagolitic"},
    {"Gong", "Gunjala_Gondi"},
    {"Gonm", "Masaram_Gondi"},
    {"Goth", "Gothic"},
    {"Gran", "Grantha"},
    {"Grek", "Greek"},
    {"Gujr", "Gujarati"},
    {"Gukh", "Gurung_Khema"},
    {"Guru", "Gurmukhi"},
    {"Hang", "Hangul"},
    {"Hani", "Han"},
    {"Hano", "Hanunoo"},
    {"Hatr", "Hatran"},
    {"Hebr", "Hebrew"},
    {"Hira", "Hiragana"},
    {"Hluw", "Anatolian_Hieroglyphs"},
    {"Hmng", "Pahawh_Hmong"},
    {"Hmnp", "Nyiakeng_Puachue_Hmong"},
    {"Hung", "Old_Hungarian"},
    {"Ital", "Old_Italic"},
    {"Java", "Javanese"},
    {"Kali", "Kayah_Li"},
    {"Kana", "Katakana"},
    {"Kawi", "Kawi"},
    {"Khar", "Kharoshthi"},
    {"Khmr", "Khmer"},
    {"Khoj", "Khojki"},
    {"Kits", "Khitan_Small_Script"},
    {"Knda", "Kannada"},
    {"Krai", "Kirat_Rai"},
    {"Kthi", "Kaithi"},
    {"Lana", "Tai_Tham"},
    {"Laoo", "Lao"},
    {"Latn", "Latin"},
    {"Lepc", "Lepcha"},
    {"Limb", "Limbu"},
    {"Lina", "Linear_A"},
    {"Linb", "Linear_B"},
    {"Lisu", "Lisu"},
    {"Lyci", "Lycian"},
    {"Lydi", "Lydian"},
    {"Mahj", "Mahajani"},
    {"Maka", "Makasar"},
    {"Mand", "Mandaic"},
    {"Mani", "Manichaean"},
    {"Marc", "Marchen"},
    {"Medf", "Medefaidrin"},
    {"Mend", "Mende_Kikakui"},
    {"Merc", "Meroitic_Cursive"},
    {"Mero", "Meroitic_Hieroglyphs"},
    {"Mlym", "Malayalam"},
    {"Modi", "Modi"},
    {"Mong", "Mongolian"},
    {"Mroo", "Mro"},
    {"Mtei", "Meetei_Mayek"},
    {"Mult", "Multani"},
    {"Mymr", "Myanmar"},
    {"Nagm", "Nag_Mundari"},
    {"Nand", "Nandinagari"},
    {"Narb", "Old_North_Arabian"},
    {"Nbat", "Nabataean"},
    {"Newa", "Newa"},
    {"Nkoo", "Nko"},
    {"Nshu", "Nushu"},
    {"Ogam", "Ogham"},
    {"Olck", "Ol_Chiki"},
    {"Onao", "Ol_Onal"},
    {"Orkh", "Old_Turkic"},
    {"Orya", "Oriya"},
    {"Osge", "Osage"},
    {"Osma", "Osmanya"},
    {"Ougr", "Old_Uyghur"},
    {"Palm", "Palmyrene"},
    {"Pauc", "Pau_Cin_Hau"},
    {"Perm", "Old_Permic"},
    {"Phag", "Phags_Pa"},
    {"Phli", "Inscriptional_Pahlavi"},
    {"Phlp", "Psalter_Pahlavi"},
    {"Phnx", "Phoenician"},
    {"Plrd", "Miao"},
    {"Prti", "Inscriptional_Parthian"},
    {"Qaac", "Coptic"},
    {"Qaai", "Inherited"},
    {"Rjng", "Rejang"},
    {"Rohg", "Hanifi_Rohingya"},
    {"Runr", "Runic"},
    {"Samr", "Samaritan"},
    {"Sarb", "Old_South_Arabian"},
    {"Saur", "Saurashtra"},
    {"Sgnw", "SignWriting"},
    {"Shaw", "Shavian"},
    {"Shrd", "Sharada"},
    {"Sidd", "Siddham"},
    {"Sidt", "Sidetic"},
    {"Sind", "Khudawadi"},
    {"Sinh", "Sinhala"},
    {"Sogd", "Sogdian"},
    {"Sogo", "Old_Sogdian"},
    {"Sora", "Sora_Sompeng"},
    {"Soyo", "Soyombo"},
    {"Sund", "Sundanese"},
    {"Sunu", "Sunuwar"},
    {"Sylo", "Syloti_Nagri"},
    {"Syrc", "Syriac"},
    {"Tagb", "Tagbanwa"},
    {"Takr", "Takri"},
    {"Tale", "Tai_Le"},
    {"Talu", "New_Tai_Lue"},
    {"Taml", "Tamil"},
    {"Tang", "Tangut"},
    {"Tavt", "Tai_Viet"},
    {"Tayo", "Tai_Yo"},
    {"Telu", "Telugu"},
    {"Tfng", "Tifinagh"},
    {"Tglg", "Tagalog"},
    {"Thaa", "Thaana"},
    {"Thai", "Thai"},
    {"Tibt", "Tibetan"},
    {"Tirh", "Tirhuta"},
    {"Tnsa", "Tangsa"},
    {"Todr", "Todhri"},
    {"Tols", "Tolong_Siki"},
    {"Toto", "Toto"},
    {"Tutg", "Tulu_Tigalari"},
    {"Ugar", "Ugaritic"},
    {"Vaii", "Vai"},
    {"Vith", "Vithkuqi"},
    {"Wara", "Warang_Citi"},
    {"Wcho", "Wancho"},
    {"Xpeo", "Old_Persian"},
    {"Xsux", "Cuneiform"},
    {"Yezi", "Yezidi"},
    {"Yiii", "Yi"},
    {"Zanb", "Zanabazar_Square"},
    {"Zinh", "Inherited"},
    {"Zyyy", "Common"},
};

CharacterSet joined(std::initializer_list<std::string_view> names) {
  CharacterSet all;
  for (const std::string_view name : names) {
    if (const CharacterSet* one = re2_property(name)) all.add(*one);
  }
  all.tidy();
  return all;
}

// Returns a set that RE2 has not, or an empty one for another name.
CharacterSet make_property(std::string_view name) {
  constexpr CharacterSet::Range kSurrogates = {0xd800, 0xdfff};
  if (name == "Any") return CharacterSet().complement();
  if (name == "ASCII") return {{{0, 0x7f}}};
  if (name == "AHex" || name == "ASCII_Hex_Digit") return {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}};
  if (name == "space" || name == "White_Space") {
    CharacterSet set = joined({"Z"});
    set.add('\t', '\r');
    set.add(0x85, 0x85);
    set.tidy();
    return set;
  }
  if (name == "Cs") return {{kSurrogates}};
  if (name == "LC") return joined({"Lu", "Ll", "Lt"});
  if (name == "C") return joined({"L", "M", "N", "P", "S", "Z"}).complement();
  if (name != "Assigned" && name != "Cn") return {};
  CharacterSet assigned = joined({"L", "M", "N", "P", "S", "Z", "Cc", "Cf", "Co"});
  assigned.add(kSurrogates.first, kSurrogates.last);
  assigned.tidy();
  return name == "Cn" ? assigned.complement() : assigned;
}

const CharacterSet* made_property(std::string_view name) {
  static std::mutex mutex;
  static auto& known = *new std::map<std::string, CharacterSet, std::less<>>();
  const std::scoped_lock lock(mutex);
  if (const auto at = known.find(name); at != known.end()) return &at->second;
  CharacterSet made = make_property(name);
  if (made.ranges.empty()) return nullptr;
  return &known.emplace(name, std::move(made)).first->second;
}

const CharacterSet* find_category(std::string_view value) {
  for (const Name& one : kCategories) {
    if (one.alias != value && one.name != value) continue;
    const CharacterSet* made = made_property(one.name);
    return made != nullptr ? made : re2_property(one.name);
  }
  return nullptr;
}

const CharacterSet* find_script(std::string_view value) {
  for (const Name& one : kScripts) {
    if (one.alias == value || one.name == value) return re2_property(one.name);
  }
  return nullptr;
}

// ECMA-262's table of binary Unicode properties, with their short names, but for those that
// made_property() knows.
constexpr std::string_view kBinaryProperties =
    " Alphabetic Alpha Bidi_Control Bidi_C Bidi_Mirrored Bidi_M Case_Ignorable CI Cased "
    "Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased CWL "
    "Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT Changes_When_Uppercased CWU "
    "Dash Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia Emoji Emoji_Component EComp "
    "Emoji_Modifier EMod Emoji_Modifier_Base EBase Emoji_Presentation EPres "
    "Extended_Pictographic ExtPict Extender Ext Grapheme_Base Gr_Base Grapheme_Extend Gr_Ext "
    "Hex_Digit Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue IDC ID_Start IDS "
    "Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math "
    "Noncharacter_Code_Point NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS "
    "Quotation_Mark QMark Radical Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD "
    "Terminal_Punctuation Term Unified_Ideograph UIdeo Uppercase Upper Variation_Selector VS "
    "XID_Continue XIDC XID_Start XIDS ";

}  // namespace

bool is_property_without_table(std::string_view name, std::string_view value) {
  if (name == "Script_Extensions" || name == "scx") return find_script(value) != nullptr;
  return name.empty() && value.find(' ') == std::string_view::npos &&
         kBinaryProperties.find(" " + std::string(value) + " ") != std::string_view::npos;
}

const CharacterSet* find_property(std::string_view name, std::string_view value) {
  if (name == "General_Category" || name == "gc") return find_category(value);
  if (name == "Script" || name == "sc") return find_script(value);
  if (!name.empty()) return nullptr;
  const CharacterSet* category = find_category(value);
  return category != nullptr ? category : made_property(value);
}

}  // namespace penstock::contract
