namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>In which order the numbers of a picture stand in a row of features.</summary>
public enum ChannelOrder
{
    /// <summary>(height, width, channels), "HWC": the numbers of a pixel side by side, as in TensorFlow and most files.</summary>
    Last,

    /// <summary>(channels, height, width), "CHW": one channel after another, as in PyTorch.</summary>
    First,
}
