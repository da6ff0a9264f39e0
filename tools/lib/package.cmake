# Debian packages, made by tools/package: isr, the program, and libisr-dev, the C++ library.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME isr)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The isr authors <isr@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "recovers images from few random linear measurements")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME isr)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "gnuplot-nox, fonts-dejavu-core")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
    "Gradient descent, or its flow, on a depth-N diagonal linear network recovers
sparse vectors and pictures from few measurements, with no penalty; isr
reproduces the experiments of Li, Nguyen, Hegde and Wong (NeurIPS 2021),
recovers pictures and measurements of one's own, and compares depths.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libisr-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS libeigen3-dev)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
    "C++ library of isr: libisr, its headers, and what find_package(isr) and
pkg-config need.")
include(CPack)
