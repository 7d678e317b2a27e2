using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The position of a layer in a network.</summary>
public sealed class LayerPlace
{
    internal LayerPlace(string name, int number, TensorShape input, IEnumerable<LayerSpec> following, SlotAllocator slots)
    {
        Name = name;
        Number = number;
        Input = input;
        Following = following;
        Slots = slots;
    }

    /// <summary>The name of the layer in the network, such as <c>2.dense</c>. The names of its parameters begin with it.</summary>
    public string Name { get; }

    /// <summary>The index of the layer among all layers of the network, from 0. It selects the random numbers of the layer.</summary>
    public int Number { get; }

    /// <summary>The shape of its inputs.</summary>
    public TensorShape Input { get; }

    /// <summary>The layers after it, the next one first.</summary>
    public IEnumerable<LayerSpec> Following { get; }

    /// <summary>Allocates the parameters and running statistics of the layer.</summary>
    public SlotAllocator Slots { get; }
}
