using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Where in a network a layer stands.</summary>
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

    /// <summary>Its name in the network, such as <c>2.dense</c>, by which its parameters are named, too.</summary>
    public string Name { get; }

    /// <summary>Its number among all layers of the network, counted from 0, by which its random numbers are told from others.</summary>
    public int Number { get; }

    /// <summary>The shape of its inputs.</summary>
    public TensorShape Input { get; }

    /// <summary>The layers after it, the next one first.</summary>
    public IEnumerable<LayerSpec> Following { get; }

    /// <summary>Where it gets places for its parameters and statistics.</summary>
    public SlotAllocator Slots { get; }
}
