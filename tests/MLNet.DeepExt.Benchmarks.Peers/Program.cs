// What the engine is compared with. `compare` of MLNet.DeepExt.Benchmarks builds this program with its native libraries and
// runs it, a process for every contender; nobody needs to start it by hand.

using System.CommandLine;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Peers.Mkl;
using MLNet.DeepExt.Benchmarks.Peers.Onnx;
using MLNet.DeepExt.Benchmarks.Peers.Torch;

Command contend = ContendCommand.Create(TorchContender.Create(), OnnxContender.Create(), MklContender.Create());
return new RootCommand("The peers in the benchmarks of MLNet.DeepExt.") { contend }.Parse(args).Invoke();
