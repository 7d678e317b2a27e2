using MLNet.DeepExt.Benchmarks.Workloads;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Specs = MLNet.DeepExt.Neural.Layers;

namespace MLNet.DeepExt.Benchmarks.Peers.Torch;

/// <summary>A workload's network, made of TorchSharp's modules.</summary>
internal static class TorchNetwork
{
    /// <summary>The same layers: a Dense directly before a BatchNorm has no bias, as it has none in the engine.</summary>
    public static Sequential Create(Workload workload)
    {
        var modules = new List<(string, nn.Module<Tensor, Tensor>)>();
        IReadOnlyList<Specs.LayerSpec> layers = workload.Spec.Layers;
        int width = workload.Spec.Inputs;
        for (int i = 0; i < layers.Count; i++)
        {
            modules.Add((FormattableString.Invariant($"layer{i}"), layers[i] switch
            {
                Specs.Dense dense => nn.Linear(width, dense.Units, hasBias: i + 1 == layers.Count || layers[i + 1] is not Specs.BatchNorm),
                Specs.BatchNorm norm => nn.BatchNorm1d(width, norm.Epsilon, 1 - norm.Momentum),
                Specs.Relu => nn.ReLU(),
                Specs.Dropout dropout => nn.Dropout(1 - dropout.KeepProbability),
                Specs.LayerSpec other => throw new NotSupportedException($"there is no {other} among the workloads"),
            }));
            width = layers[i].OutputShape(width).Width;
        }

        return nn.Sequential(modules);
    }

    /// <summary>A trained network with its weights, in evaluation mode, that ends in probabilities as our predictor does.</summary>
    public static Sequential CreateTrained(SampleNetwork sample)
    {
        Sequential network = Create(sample.Workload);
        ParameterStore<float> parameters = sample.Trained.Parameters;
        Dictionary<string, Slot> slots = parameters.Slots.Concat(parameters.Buffers).ToDictionary(slot => slot.Name);
        using (no_grad())
        {
            for (int i = 0; i < sample.Workload.Spec.Layers.Count; i++)
                Copy(network[i], i);
        }

        network.append("probabilities", sample.Workload.IsBinary ? nn.Sigmoid() : nn.Softmax(1));
        network.eval();
        return network;

        void Copy(nn.IModule<Tensor, Tensor> module, int layer)
        {
            if (module is Linear linear)
            {
                linear.weight.copy_(Read($"{layer}.dense.weight").t());
                linear.bias?.copy_(Read($"{layer}.dense.bias").flatten());
            }
            else if (module is BatchNorm1d norm)
            {
                norm.weight!.copy_(Read($"{layer}.batchnorm.scale").flatten());
                norm.bias!.copy_(Read($"{layer}.batchnorm.shift").flatten());
                norm.running_mean!.copy_(Read($"{layer}.batchnorm.mean").flatten());
                norm.running_var!.copy_(Read($"{layer}.batchnorm.variance").flatten());
            }
        }

        Tensor Read(string name)
        {
            Slot slot = slots[name];
            return tensor(parameters.Read(slot), slot.Shape.Rows, slot.Shape.Columns);
        }
    }
}
