#include "sweep/subjects.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace isr {
namespace {

TEST(SparseSources, HaveAsManyNonzeroValuesAsAsked) {
  const auto subjects = parse_sparse_source("sparse:k=3,10..20:2,p=50,amplitudes=signs,count=2");
  ASSERT_EQ(subjects.size(), 6u);
  const Eigen::MatrixXf signal = subjects[2].truth(25, 7);
  ASSERT_EQ(signal.rows(), 50);
  EXPECT_EQ((signal.array() != 0).count(), 10);
  EXPECT_EQ((signal.array().abs() == 1).count(), 10);
}

TEST(SparseSources, ByRhoFollowTheMeasurements) {
  const Subject subject = parse_sparse_source("sparse:rho=0.5,p=100")[0];
  EXPECT_EQ((subject.truth(20, 1).array() != 0).count(), 10);
  EXPECT_EQ((subject.truth(60, 1).array() != 0).count(), 30);
}

TEST(SparseSources, DependOnTheSeedAndTheInstanceAlone) {
  const auto subjects = parse_sparse_source("sparse:k=5,p=100,count=2");
  const auto among_others = parse_sparse_source("sparse:p=100,k=2,5,count=1");
  EXPECT_EQ(subjects[0].truth(50, 3), among_others[1].truth(70, 3));
  EXPECT_NE(subjects[0].truth(50, 3), subjects[0].truth(50, 4));
  EXPECT_NE(subjects[0].truth(50, 3), subjects[1].truth(50, 3));
}

TEST(SparseSources, WrongOnesAreRefused) {
  for (const char* source :
       {"sparse:", "sparse:p=10", "sparse:k=0,p=10", "sparse:k=11,p=10", "sparse:k=1,rho=0.1", "sparse:k=2.5",
        "sparse:k=2,p=10,amplitudes=big", "sparse:k=2,q=1", "sparse:rho=0", "sparse:k=2,k=3"})
    EXPECT_THROW(parse_sparse_source(source), UsageError) << source;
}

TEST(Fingerprint, SeesEveryPixel) {
  LabelledImage picture{Image(2, 3), "a.png", ""};
  const std::string before = fingerprint({subject_of(picture)});
  picture.image.at(1, 2) = 0.5f;
  EXPECT_NE(fingerprint({subject_of(picture)}), before);
  picture.image.at(1, 2) = 0;
  EXPECT_EQ(fingerprint({subject_of(picture)}), before);
}

}  // namespace
}  // namespace isr
