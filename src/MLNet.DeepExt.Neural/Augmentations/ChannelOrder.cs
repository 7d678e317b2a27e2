namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>The order of the channels of an image in a row of features.</summary>
public enum ChannelOrder
{
    /// <summary>(height, width, channels), "HWC": the channels of a pixel are adjacent, as in TensorFlow and most files.</summary>
    Last,

    /// <summary>(channels, height, width), "CHW": one channel after the other, as in PyTorch.</summary>
    First,
}
