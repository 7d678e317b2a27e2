using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data;

/// <summary>What is gathered of the features of the training rows while they are read.</summary>
/// <param name="Seen">Which slots of categories are set; null where none are embedded.</param>
/// <param name="Scales">How large features are; null where that does not matter.</param>
/// <param name="Numbers">Which of them are numbers; null where that does not matter.</param>
internal sealed record FeatureSurvey(SeenSlots? Seen, SlotScales? Scales, NumberSlots? Numbers = null)
{
    /// <summary>Whether the network depends on what is gathered.</summary>
    public bool DecidesNetwork => Seen is not null || Numbers is not null;

    /// <summary>Begins to read all rows, of which a part may have been read before.</summary>
    public void Begin() => Numbers?.Begin();

    /// <summary>Adds a row.</summary>
    /// <param name="features">(features).</param>
    public void Add(in VBuffer<float> features)
    {
        Seen?.Add(in features);
        Scales?.Add(in features);
        Numbers?.Add(in features);
    }
}
