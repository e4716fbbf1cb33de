#include "proxy/dialects/belvo/items.hpp"

#include <array>

#include "proxy/dialects/bounded_json.hpp"
#include "proxy/dialects/json_walk.hpp"

namespace vendaval::dialects::belvo_answers {

/// Hears the walk. A member that comes twice counts as it comes last, as everywhere in JSON.
class items::reader : public json_visitor {
 public:
  explicit reader(items& into) : into_(into) {}

  void open(char kind) {
    auto const role = depth_ == 0 ? outermost(kind) : role_within(roles_[depth_ - 1], kind);
    value_ = nullptr;
    named_ = member::other;
    roles_[depth_++] = role;
    if (role == part::list) listed_ = true;
    if (role == part::item) now_ = {};
  }
  void close() {
    auto const ended = roles_[--depth_];
    value_ = nullptr;
    if (ended == part::item) into_.all.push_back(now_);
    if (ended == part::whole && !listed_) into_.all.push_back(whole_);
  }
  void name(std::string_view raw) {
    value_ = nullptr;
    named_ = member::other;
    auto const role = roles_[depth_ - 1];
    if (role == part::other) return;
    auto const word = plain(raw);
    switch (role) {
      case part::whole: member_of_item(whole_, word, true); return;
      case part::item: member_of_item(now_, word, false); return;
      case part::account: member_of(current().account, word); return;
      case part::bank: bank_member(current(), word); return;
      case part::accounts_bank: bank_member(current().account, word); return;
      default: return;
    }
  }
  void string(std::string_view raw) {
    if (value_) *value_ = plain(raw);
  }
  void number(std::string_view text) {
    if (value_ == &current().id) current().number = text;
  }

 private:
  enum class part : std::uint8_t { other, whole, list, item, account, bank, accounts_bank };
  enum class member : std::uint8_t { other, results, account, institution };

  static part outermost(char kind) { return kind == '{' ? part::whole : part::list; }
  part role_within(part around, char kind) const {
    if (around == part::list) return kind == '{' ? part::item : part::other;
    if (named_ == member::results) return kind == '[' ? part::list : part::other;
    if (kind == '[' || named_ == member::other) return part::other;
    if (named_ == member::account) return part::account;
    return around == part::account ? part::accounts_bank : part::bank;
  }
  item& current() { return roles_[0] == part::whole && !inside_list() ? whole_ : now_; }
  bool inside_list() const { return depth_ > 1 && roles_[1] == part::list; }

  void member_of_item(item& of, std::string_view word, bool outermost) {
    if (word == "account") {
      named_ = member::account;
      of.account = {};
    } else if (word == "name") {
      expect(of.name);
    } else if (outermost && word == "results") {
      named_ = member::results;
      listed_ = false;
      into_.all.clear();
    } else {
      if (word == "id") of.number = {};
      member_of(of, word);
    }
  }
  void member_of(belonging& of, std::string_view word) {
    if (word == "id") expect(of.id);
    if (word == "link") expect(of.link);
    if (word != "institution") return;
    named_ = member::institution;
    expect(of.institution);
  }
  void bank_member(belonging& of, std::string_view word) {
    if (word == "name") expect(of.institution);
  }
  void expect(std::string_view& value) {
    value = {};
    value_ = &value;
  }
  std::string_view plain(std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) return raw;
    return into_.unescaped_.emplace_front(unescaped(raw));
  }

  items& into_;
  std::array<part, deepest_json> roles_{};
  std::size_t depth_ = 0;
  item whole_, now_;
  std::string_view* value_ = nullptr;  // where the next string goes, if anywhere
  member named_ = member::other;       // what the next value is called
  bool listed_ = false;
};

items::items(std::string_view text) {
  reader ears(*this);
  valid = json_walk(text, ears).run();
  if (!valid) all.clear();
}

}  // namespace vendaval::dialects::belvo_answers
