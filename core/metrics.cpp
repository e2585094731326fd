#include "core/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>


namespace core {

struct Metrics::Impl {
  prometheus::Registry registry;
};

void Counter::add(double n) const {
  if (counter_ != nullptr) counter_->Increment(n);
}
double Counter::value() const { return counter_ == nullptr ? 0 : counter_->Value(); }
void Gauge::set(double value) const {
  if (gauge_ != nullptr) gauge_->Set(value);
}
void Gauge::add(double n) const {
  if (gauge_ != nullptr) gauge_->Increment(n);
}
double Gauge::value() const { return gauge_ == nullptr ? 0 : gauge_->Value(); }
void Histogram::observe(double value) const {
  if (histogram_ != nullptr) histogram_->Observe(value);
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

// The registry gives the same family for the same name and help, and the family the same metric for the same labels.
Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels));
}
Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(labels));
}
Histogram Metrics::histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds, const Labels& labels) {
  return Histogram(prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry).Add(labels, bounds));
}

std::string Metrics::exposition() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace core
