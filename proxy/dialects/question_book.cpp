#include "proxy/dialects/question_book.hpp"

namespace vendaval::dialects {

question_book::advice question_book::look(std::string const& question, time_point now) {
  if (under_way_.contains(question)) return advice::wait;
  if (auto const found = in_vain_.find(question); found != in_vain_.end() && now < found->second) return advice::leave;
  if (under_way_.size() >= limits_.at_once) return advice::leave;
  under_way_.insert(question);
  return advice::ask;
}

void question_book::answered(std::string const& question, unsigned status, bool taught, time_point now) {
  under_way_.erase(question);
  in_vain_.erase(question);
  if (taught) return;
  make_room(now);
  in_vain_[question] = now + (status == 404 ? limits_.absent_for : limits_.unclear_for);
}

void question_book::make_room(time_point now) {
  if (in_vain_.size() < limits_.remembered) return;
  std::erase_if(in_vain_, [now](auto const& one) { return one.second <= now; });
  if (in_vain_.size() >= limits_.remembered) in_vain_.clear();
}

}  // namespace vendaval::dialects
