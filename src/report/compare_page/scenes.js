// The prepared scenes of the live page: what the paper claims, each in a sentence and a setting.
'use strict';

const scenes = [
  {name: 'A smaller start', text: 'A smaller start widens the window: from w0 = 10⁻⁵ there is far more time to stop than from 10⁻³.',
   setting: {picture: 'mnist:train:2', depths: [3], starts: [1e-3, 1e-5], share: 80, noise: 2, signed: true, lines: 'variants'}},
  {name: 'Depth', text: 'Depth widens the window: the same noisy measurements, the same start, and more time to stop the deeper the network.',
   setting: {picture: 'mnist:train:2', depths: [2, 3, 5], share: 80, noise: 2, signed: true}},
  {name: 'A larger start', text: 'Depth allows a larger start: w0 = 0.01 is too large for depth 2, and depth 10 finds the digit far better from it.',
   setting: {picture: 'mnist:train:2', depths: [2, 3, 5, 10], starts: [0.01], signed: true}},
  {name: 'One by one', text: 'Incremental learning: the deeper the network, the more the pixels rise one after another, the large ones first. Watch “Coordinates over time” while it plays.',
   setting: {picture: 'mnist:train:1', depths: [1, 2, 3, 5], signed: true}},
  {name: 'A large start', text: 'A large start is ridge-like: from w0 = 10 a network of any depth ends near the least-squares picture of depth 1.',
   setting: {picture: 'mnist:train:2', depths: [1, 2, 3, 5], starts: [10], signed: true}},
];
